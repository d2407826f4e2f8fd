"""Files of every kind: nothing is ignored, and no value is taken for one of another kind."""

from typing import Any

import pytest
from pydantic import ValidationError

import alliances.dashboards.learn.pack.cards  # noqa: F401 - its tables are among those below
from alliances.dashboards.learn.chapter import Chapter, read_chapters
from alliances.dashboards.learn.finding import OUTCOMES, ChapterFinding
from alliances.experiments.cases.case import Case
from alliances.experiments.cases.choose import PlaceOptions, find_case
from alliances.experiments.cases.claim import Claim
from alliances.experiments.output.terminal import scenario_lines
from alliances.experiments.sweep.experiment import METHODS, Experiment, Sampling, Stop
from alliances.experiments.sweep.reading import parse_experiment
from alliances.model.given import Given
from alliances.model.input.errors import UserError
from alliances.model.places.source import PLACE_ENTRIES, PlaceSource
from alliances.model.scenario import Change, Scenario, parse_scenario

WRONG: dict[Any, tuple[object, ...]] = {
    int: (True, False, "3", 1.5, float("inf"), float("nan")),
    float: (True, False, "0.5", float("inf"), float("-inf"), float("nan")),
    bool: (1, 0, "yes", "true"),
}
MEMBER = {"name": "Ash", "sector": "charity", "income": 1000}
# A value of each entry of a place, none of them the usual one.
PLACE: dict[str, object] = {
    "organisations": 12,
    "places": 2,
    "seed": 5,
    "roster": "r.csv",
    "ties": "t.csv",
    "folder": "f",
    "real": "ukcat",
    "members": [MEMBER],
    "acquaintance": 0.5,
    "name": "here",
}
SAMPLING: dict[str, object] = {
    "points": 8,
    "file": "points.csv",
    "levels": 6,
    "second_order": True,
    "seed": 3,
}
FINDING: dict[str, object] = {
    "measure": "stress",
    "at": 3,
    "window": 2,
    "least": 0.5,
    "since": 4,
    "cause": "exit",
    "way": "lost",
}
GRID = 'name = "x"\nmonths = 12\nreplicates = 2\n[scenario.place]\norganisations = 10\n'


def tables(kind: type[Given] = Given) -> list[type[Given]]:
    """Return every kind of table that a file can hold."""
    return [one for below in kind.__subclasses__() for one in (below, *tables(below))]


def refused(kind: type[Given], given: dict[str, object]) -> str:
    """Return what is said of some entries; nothing if they are taken."""
    try:
        kind.model_validate(given)
    except ValidationError as error:
        return str(error)
    return ""


def test_no_value_is_taken_for_one_of_another_kind():
    assert {PlaceSource, Change, Scenario, Case, Claim, Sampling, Experiment, Chapter} < {*tables()}
    looked_at = 0
    for kind in tables():
        for name, field in kind.model_fields.items():
            for sort, values in WRONG.items():
                if field.annotation not in (sort, sort | None):
                    continue
                for value in values:
                    with pytest.raises(ValidationError) as caught:
                        kind.model_validate({name: value})
                    told = [e for e in caught.value.errors() if e["loc"] == (name,)]
                    assert told, f"{kind.__name__}.{name} = {value!r}"
                    looked_at += 1
    assert looked_at > 200
    assert Sampling.model_validate({"method": "morris", "points": 4.0}).points == 4


@pytest.mark.parametrize("value", [True, "0.5", float("nan"), float("inf")])
def test_nor_in_lists_and_tables(value):
    assert refused(Stop, {"half_width": {"trust": value}})
    assert refused(Change, {"month": 1, "set": {"competition": value}})
    assert refused(Scenario, {"levers": {"competition": value}})
    for given in (5, ["competition"], "competition"):
        assert "give values by name" in refused(Scenario, {"levers": given})
        assert refused(Change, {"month": 1, "set": given})


def test_a_place_uses_what_is_given_or_refuses_it():
    for kind, used in PLACE_ENTRIES.items():
        needed = {} if kind == "synthetic" else {used[0]: PLACE[used[0]]}
        for name, value in PLACE.items():
            told = refused(PlaceSource, {"kind": kind, **needed, name: value})
            assert (f"does not use `{name}`" in told) == (name not in used), (kind, name, told)
            if name not in used and name in ("places", "seed"):  # at its usual value as well
                usual = PlaceSource.model_fields[name].default
                assert refused(PlaceSource, {"kind": kind, **needed, name: usual})


def test_a_change_is_reached_or_refused():
    change = "[[timeline]]\nmonth = 12\nset = {crisis = 1}\n"
    with pytest.raises(UserError, match="change of month 12 is never reached: months 0 to 11"):
        parse_scenario(f"months = 12\n{change}")
    found = parse_scenario(f"months = 13\n{change}")
    assert scenario_lines(found, 13) == ["From month 12: crisis = 1."]
    assert scenario_lines(found, 6) == ["From month 12 (not reached in 6 months): crisis = 1."]


def test_what_is_written_out_can_be_given_again():
    for kind, entries in PLACE_ENTRIES.items():
        place = PlaceSource(kind=kind, **{name: PLACE[name] for name in entries})
        scenario = Scenario(place=place, months=7)
        assert Scenario(**scenario.model_dump()) == scenario
        assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def test_every_entry_of_a_made_up_place_changes_it():
    plain = PlaceSource().make()
    for name in PLACE_ENTRIES["synthetic"]:
        other = PlaceSource.model_validate({name: PLACE[name]}).make()
        assert (other.digest(), other.name) != (plain.digest(), plain.name), name


def test_the_kind_of_a_place_follows_where_one_fits():
    for kind, (needed, *_) in PLACE_ENTRIES.items():
        assert PlaceSource.model_validate({needed: PLACE[needed]}).kind == kind
    assert "does not use `real`" in refused(PlaceSource, {"roster": "r.csv", "real": "ukcat"})
    assert "does not use `ties`" in refused(PlaceSource, {"ties": "t.csv"})


def test_options_say_no_size_that_a_place_does_not_use():
    for kind, used in PLACE_ENTRIES.items():
        base = PlaceSource() if kind == "synthetic" else PlaceSource(**{used[0]: PLACE[used[0]]})
        for name in ("organisations", "places", "seed"):
            asked = PlaceOptions(**{name: 3})
            if name in used:
                assert getattr(asked.source(base), name) == 3
            else:
                with pytest.raises(UserError, match="brings its own"):
                    asked.source(base)


def test_a_design_uses_what_is_given_or_refuses_it():
    for method, used in METHODS.items():
        needed = {name: SAMPLING[name] for name in used}
        assert not refused(Sampling, {"method": method, **needed})
        for name in SAMPLING.keys() - {*used}:
            told = refused(Sampling, {"method": method, **needed, name: SAMPLING[name]})
            assert f"does not use `{name}`" in told, (method, name)


def test_a_finding_uses_what_is_given_or_refuses_it():
    used = {name: {entry for entry in FINDING if not _told_of(name, entry)} for name in OUTCOMES}
    assert used == {
        "effect": {"measure", "at", "window", "least"},
        "left": {"measure", "at", "window", "least", "since"},
        "healing": {"measure", "least", "since"},
        "meetings": set(),
        "cause": {"since", "cause", "way"},
        "knob": {"measure", "at", "window", "least"},
    }


def _told_of(kind: str, entry: str) -> bool:
    return f"does not use `{entry}`" in refused(
        ChapterFinding,
        {
            "kind": kind,
            "arms": ["a", "b", "c"][: {"left": 3, "effect": 2, "healing": 2}.get(kind, 1)],
            "say": dict.fromkeys(OUTCOMES[kind], "x"),
            entry: FINDING[entry],
        },
    )


def test_a_chapter_starts_from_one_thing():
    chapter = next(iter(read_chapters().values()))
    document = chapter.model_dump(exclude_unset=True)
    with_case = {**document, "case": "councillor-pots", "scenario": "today"}
    assert "case and scenario are both given" in refused(Chapter, with_case)
    without = {name: value for name, value in document.items() if name != "case"}
    without["sources"] = [{"work": "a book", "section": "1"}]
    without["arms"] = [{**arm, "arm": "as-was"} for arm in document["arms"]]
    assert "there is no case to have such an arm" in refused(Chapter, without)


def test_a_claim_about_the_end_has_no_last_months():
    claims = [claim for claim in find_case("councillor-pots").claims if not claim.is_monthly]
    document = claims[0].model_dump(exclude_unset=True)
    assert not refused(Claim, document)
    assert "does not use `last`" in refused(Claim, {**document, "last": 6})


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("[levers]\ntargets = { low = 0, high = 1, steps = 3 }\n[design]\nmethod = 'morris'\n"
         "points = 4\n", "targets has `steps`"),
        ("[set]\nturnover = 0.2\n[worlds]\nturnover = [0.1, 0.3]\n", "no run would have"),
        ("[set]\ncompetition = 0.2\n[levers]\ncompetition = [0.1, 0.3]\n[design]\n",
         "no run would have"),
        ("[levers]\ncompetition = [true]\n", "True"),
        ("[levers]\ncompetition = { low = false, high = 1, steps = 2 }\n", "False"),
    ],
)  # fmt: skip
def test_an_experiment_uses_what_is_given_or_refuses_it(more, told, tmp_path):
    text = GRID if "[set]\ncompetition" not in more else "paired = false\n" + GRID
    with pytest.raises(UserError, match=told):
        parse_experiment(text + more, base=tmp_path, source="FILE")


def test_a_horizon_is_given_once(tmp_path):
    text = GRID.replace("[scenario", "[scenario]\nmonths = 24\n[scenario")
    with pytest.raises(UserError, match="months differ"):
        parse_experiment(text, base=tmp_path, source="FILE")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[timeline]]\nmonth = 1\nset = {}", "timeline 1.set: nothing changes"),
        (
            "[[timeline]]\nset = {}\nnote = 1",
            "timeline 1.note: unknown entry; here may stand month",
        ),
        ("[[place.members]]\nsize = 1", "place.members 1.size: unknown entry; here may stand name"),
        (
            "[[place.members]]\nname = '  '\nsector = 'charity'\nincome = 1",
            "place.members 1.name: name was '  '; give letters",
        ),
        ("months = 2024-01-01", "months: was datetime.date.2024, 1, 1.; it must be a whole number"),
        ("off = 'meet'", "off: was 'meet'; it must be a list"),
    ],
)
def test_a_scenario_says_what_was_given_and_what_is_allowed_there(text, told):
    with pytest.raises(UserError, match=f"FILE, {told}"):
        parse_scenario(text, source="FILE")


def test_a_change_of_which_nothing_is_left_is_kept_and_not_written():
    cut = Scenario(timeline=(Change(month=3, set={"competition": 0.2}),)).without("competition")
    assert Scenario.model_validate_json(cut.model_dump_json()).timeline == cut.timeline
    assert not parse_scenario(cut.to_toml()).timeline


def test_no_place_is_larger_than_memory():
    with pytest.raises(UserError, match="a made-up place holds at most"):
        PlaceSource(organisations=10**11).make()
