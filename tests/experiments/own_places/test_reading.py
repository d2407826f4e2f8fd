"""What somebody gives becomes a place, or is refused with what to change."""

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from alliances.experiments.own_places import limits
from alliances.experiments.own_places.grants_json import as_csv
from alliances.experiments.own_places.reading import (
    MOST_BY_HAND,
    BodyByHand,
    ByHand,
    GivenFile,
    from_grants,
    from_hand,
    from_roster,
    listed,
)
from alliances.model.places.place import PlaceError
from tests.experiments.own_places.places import ROSTER, TIES, given, place

GRANT = {
    "id": "360G-1",
    "title": "a grant",
    "currency": "GBP",
    "amountAwarded": 12000,
    "awardDate": "2024-06-19T00:00:00+00:00",
    "plannedDates": [{"duration": 24}],
    "recipientOrganization": [{"id": "GB-CHC-1", "name": "Ash"}],
    "fundingOrganization": [{"id": "GB-COH-1", "name": "Borough Council"}],
}


def refused(read, *args) -> str:
    with pytest.raises(PlaceError) as caught:
        read(*args)
    assert len(str(caught.value)) <= limits.LONGEST_TOLD + 1
    return str(caught.value)


def test_a_roster_and_ties_become_a_place():
    found = place()
    assert found.name == "Oakham"
    assert listed(found) == 5
    assert found.organisations == 7  # a council and a health body were added
    assert len(found.tie_a) == 3
    assert any("sector: missing in 1 of 5" in note for note in found.notes)
    assert any("strength: missing in 1 of 3" in note for note in found.notes)


def test_the_readers_own_errors_say_where():
    told = refused(from_roster, given(b"name,income\nAsh,12k\n"))
    assert told.startswith("roster.csv, row 2, column income: '12k' must be GBP a year")
    told = refused(from_roster, given(ROSTER), given(b"source,target\nAsh,Brich\n", "ties.csv"))
    assert "ties.csv, row 2, column target" in told
    assert "did you mean 'Birch'?" in told


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("../../etc/passwd", ROSTER, "holds a folder"),
        ("a\\b.csv", ROSTER, "holds a folder"),
        ("<img src=x>.csv", ROSTER, "signs that names of files should not have"),
        ("a\x00b.csv", ROSTER, "signs that names of files should not have"),
        ("..", ROSTER, "holds a folder"),
        ("r.csv", b"", "the file is empty"),
        ("r.csv", b"PK\x03\x04 a workbook", "this is a workbook or a ZIP file"),
        ("r.csv", b"\x7fELF\x00\x01", "this is no text"),
        ("r.csv", b"name,income\n\xff\xfe,1\n", "is not UTF-8"),
        ("r.csv", b"x" * (limits.MOST_BYTES + 1), "at most 2 MB are read here"),
        ("r.csv", b"name,income\n<script>alert(1)</script>,1\n", "script in web pages"),
        ("r.csv", b"name,income\n=1+1,1\n", "begins with '=', which a spreadsheet takes"),
        ("r.csv", b"name,income\n@SUM(A1),1\n", "begins with '@'"),
        ("r.csv", b"name,income,place\nAsh,1,=cmd()\n", "begins with '='"),
        ("r.csv", "name,income\nA\u202esh,1\n".encode(), "signs that cannot be seen"),
        ("r.csv", b"name,income\n" + b"A" * 130 + b",1\n", "has 130 characters"),
        ("r.csv", b"name,income" + b"," * 300 + b"\nAsh,1\n", "302 columns; at most 200"),
        ("r.csv", b"name,income\n" + b"".join(b"O%d,1\n" % k for k in range(300)), "200 rows"),
        ("r.csv", b"name,income\nAsh," + b"9" * 5000 + b"\n", "must be GBP a year"),
        ("r.csv", b'name,income\n"Ash,1\n', "not readable as CSV"),
    ],
)
def test_hostile_files_are_refused(name, data, told):
    assert told in refused(from_roster, GivenFile(name, data))


def test_a_place_may_not_be_called_anything():
    assert "script" in refused(from_roster, given(ROSTER), None, "<b>place</b>")


@settings(max_examples=60, deadline=None)
@drawn(st.binary(max_size=300))
def test_no_bytes_end_in_anything_but_a_place_or_a_message(data):
    for read in (from_roster, from_grants):
        with contextlib.suppress(PlaceError):
            assert listed(read(GivenFile("any.csv", data))) > 0


def test_grants_come_as_csv_or_json():
    table = (
        b"Recipient Org:Name,Recipient Org:Identifier,Amount Awarded,Award Date,"
        b"Planned Dates:Duration (months),Funding Org:Name\n"
        b"Ash,GB-CHC-1,12000,2024-06-19,24,Borough Council\n"
    )
    first = from_grants(given(table, "grants.csv"), "Oakham")
    second = from_grants(given(json.dumps({"grants": [GRANT]}).encode(), "grants.json"), "Oakham")
    assert first == second
    assert len(first.grant_payee) == 1
    assert float(first.grant_monthly[0]) == 500.0


def test_halves_of_letters_in_json_do_no_harm():
    odd = {**GRANT, "recipientOrganization": [{"id": "x", "name": "Ash \ud800"}]}
    assert "Ash ?" in from_grants(given(json.dumps([odd]).encode(), "grants.json")).names


def test_grants_to_people_are_left_out():
    person = {**GRANT, "recipientOrganization": None, "recipientIndividual": {"id": "X"}}
    found = from_grants(given(json.dumps([GRANT, person]).encode(), "grants.json"))
    assert any("1 of 2 go to individuals" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not readable as JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"grants": 3}', "no list of grants"),
        ('{"grants": [1, 2]}', "no list of grants"),
        ('{"grants": []}', "0 grants"),
        (json.dumps({"grants": [{**GRANT, "awardDate": "soon"}]}), "row 2 is the first grant"),
        (json.dumps({"grants": [{**GRANT, "currency": "EUR"}]}), "must be GBP"),
    ],
)
def test_json_that_holds_no_grants_is_refused(text, told):
    assert told in refused(from_grants, given(text.encode(), "grants.json"))


def test_more_grants_than_are_read_are_refused():
    with pytest.raises(PlaceError, match="3 grants; at most 2"):
        as_csv("grants.json", json.dumps([GRANT] * 3).encode(), 2)


HAND = ByHand(
    (
        BodyByHand("Ash", "community", 5000),
        BodyByHand("Birch", "charity", 250000),
        BodyByHand("Elm", "health", 9e5),
    ),
    ((0, 1, 0.5), (1, 2, 0.9)),
)


def test_a_place_by_hand_is_the_one_of_its_files():
    found = from_hand(HAND, "Oakham")
    roster, ties = HAND.files()
    assert found.digest() == from_roster(given(roster), given(ties), "Oakham").digest()
    assert sorted(found.tie_strength_ab.tolist()) == [0.5, 0.9]


def test_who_goes_takes_its_ties_along():
    assert HAND.without(0) == ByHand(HAND.bodies[1:], ((0, 1, 0.9),))
    assert HAND.without(1).ties == ()


def test_a_tie_takes_the_place_of_an_earlier_one():
    assert HAND.tied(1, 0, 0.3).ties == ((1, 2, 0.9), (0, 1, 0.3))
    assert "two organisations" in refused(HAND.tied, 1, 1, 0.3)
    assert "of the table" in refused(HAND.tied, 1, 9, 0.3)


def test_too_many_by_hand_are_refused():
    many = ByHand(tuple(BodyByHand(f"O{k}", "charity", 1.0) for k in range(MOST_BY_HAND + 1)))
    assert f"at most {MOST_BY_HAND}" in refused(from_hand, many, "Oakham")
    assert "add at least 1" in refused(from_hand, ByHand(), "Oakham")
    twice = ByHand((BodyByHand("Ash", "charity", 1.0), BodyByHand("Ash", "charity", 2.0)))
    assert "is already in row 2" in refused(from_hand, twice, "Oakham")


def test_ties_are_read_whatever_their_order():
    rows = TIES.split(b"\n")
    other = b"\n".join([rows[0], rows[3], rows[1], rows[2]])
    assert np.array_equal(place(ties=other).tie_a, place().tie_a)
