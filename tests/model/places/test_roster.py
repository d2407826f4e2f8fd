import io
from pathlib import Path

import numpy as np
import pytest

from alliances.model.kernel.state import BUSINESS, CHARITY, COMMUNITY, COUNCIL, HEALTH
from alliances.model.places.place import PlaceError, branch_uid, uid_of
from alliances.model.places.roster import KNOWN_TIE, read_place

ROSTER = "name,income\nAsh,1000\nBirch,250000\nCedar,3e6\n"


@pytest.fixture
def read(tmp_path: Path):
    """Read a roster, and ties if given, from their texts."""

    def reader(roster: str | bytes, ties: str | None = None, **options):
        file = tmp_path / "roster.csv"
        file.write_bytes(roster.encode() if isinstance(roster, str) else roster)
        if ties is None:
            return read_place(file, public_bodies=False, **options)
        (tmp_path / "ties.csv").write_text(ties, "utf-8")
        return read_place(file, tmp_path / "ties.csv", public_bodies=False, **options)

    return reader


def by_name(place, values):
    return dict(zip(place.names, np.asarray(values).tolist(), strict=True))


def tie_strengths(place):
    """Strength by (from, to, locality)."""
    found = {}
    for a, b, there, back in zip(
        place.tie_a, place.tie_b, place.tie_strength_ab, place.tie_strength_ba, strict=True
    ):
        town = place.localities[place.locality[a]]
        assert place.locality[a] == place.locality[b]
        found[place.names[a], place.names[b], town] = there
        found[place.names[b], place.names[a], town] = back
    return found


# --- what is read ------------------------------------------------------------


def test_a_plain_roster(read):
    place = read(ROSTER)
    assert place.name == "roster"
    assert place.localities == ("roster",)
    assert by_name(place, place.income) == {"Ash": 1000, "Birch": 250000, "Cedar": 3e6}
    assert by_name(place, place.uid)["Ash"] == uid_of("Ash")
    assert by_name(place, place.sector) == {
        "Ash": COMMUNITY,
        "Birch": CHARITY,
        "Cedar": CHARITY,
    }
    assert np.isnan(place.expertise).all()
    assert np.isnan(place.openness).all()
    assert any("sector: missing in 3 of 3" in note for note in place.notes)
    assert "ties: none given." in place.notes


def test_public_bodies_come_by_default(tmp_path):
    (tmp_path / "town.csv").write_text(ROSTER)
    place = read_place(tmp_path / "town.csv")
    assert place.size == 5
    assert {COUNCIL, HEALTH} <= set(place.sector)


def test_all_columns(read):
    place = read(
        "name,income,uid,sector,place,inert,need_1,need_2,need_housing,need_4,need_5,need_6,"
        "priority_health,priority_2,openness,mutuality,dominance,reserves_months\n"
        "Ash,1,77,Business,north,,.1,.2,.3,.4,.5,.6,3,1,.7,.8,.9,2.5\n"
        "Birch,2,GB-CHC-12,,south,yes,,,,,,,,,,,,\n"
    )
    ash, birch = place.names.index("Ash"), place.names.index("Birch")
    assert place.uid[ash] == 77
    assert place.uid[birch] == uid_of("GB-CHC-12")
    assert place.sector[ash] == BUSINESS
    assert place.localities == ("north", "south")
    assert place.inert[[ash, birch]].tolist() == [False, True]
    assert place.expertise[ash].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert place.mission[ash].tolist() == [0.75, 0.25, 0, 0, 0, 0]
    assert np.isnan(place.mission[birch]).all()
    assert np.isnan(place.expertise[birch]).all()
    given = [place.openness, place.mutuality, place.dominance, place.reserves_months]
    assert [column[ash] for column in given] == [0.7, 0.8, 0.9, 2.5]
    assert all(np.isnan(column[birch]) for column in given)
    assert "need_*: missing in 1 of 2 rows; drawn in each run." in place.notes
    assert "priority_*: 1 of 2 rows give some of the 6 needs; the others count as 0." in place.notes
    assert "openness: missing in 1 of 2 rows; drawn in each run." in place.notes


def test_a_spreadsheet_export(read):
    place = read(
        '\ufeff"Name", INCOME\r\n"Ash, Birch & Co ",1000\r\n\r\n"Say ""hello""",2\r\n'.encode()
    )
    assert set(place.names) == {"Ash, Birch & Co", 'Say "hello"'}


def test_an_upload(tmp_path):
    upload = io.BytesIO(ROSTER.encode())
    assert read_place(upload).name == "upload"
    (tmp_path / "town.csv").write_text(ROSTER)
    with (tmp_path / "town.csv").open("rb") as file:
        assert read_place(file).name == "town"


def test_own_headings(read):
    place = read(
        "Charity,Latest income,name\nAsh,5,x\n",
        columns={"name": "Charity", "income": "Latest income"},
    )
    assert place.names == ("Ash",)
    assert "roster.csv: columns not used: name." in place.notes


def test_unknown_columns_are_noted(read):
    place = read("name,income,colour,\nAsh,5,red,x\n")
    assert "roster.csv: columns not used: colour, (column 4, without a heading)." in place.notes


def test_blank_uid_and_place_are_noted(read):
    place = read("name,income,uid,place\nAsh,5,,\nBirch,5,4,b\n", name="wood")
    assert "uid: missing in 1 of 2 rows; a hash of the name." in place.notes
    assert "place: missing in 1 of 2 rows; 'wood'." in place.notes


def test_the_order_of_the_files_changes_nothing(tmp_path):
    generator = np.random.default_rng(4)
    lines = [f"org {i},{generator.lognormal(10, 2):.2f},town {i % 3}" for i in range(60)]
    lines += [f"org {i},77.7,town {(i + 1) % 3}" for i in range(0, 20, 3)]
    ties = [f"org {i},org {i + 3},0.{i + 1}" for i in range(30)]
    ties += [f"org {i + 3},org {i},0.5" for i in range(10)]
    places = []
    for _ in range(3):
        (tmp_path / "r.csv").write_text("\n".join(["name,income,place", *lines]))
        (tmp_path / "t.csv").write_text("\n".join(["source,target,strength", *ties]))
        places.append(read_place(tmp_path / "r.csv", tmp_path / "t.csv"))
        generator.shuffle(lines)
        generator.shuffle(ties)
    assert places[0] == places[1] == places[2]
    assert len(places[0].tie_a) >= 30


def test_a_uid_column_survives_renaming(read):
    before = read("uid,name,income\n5,Ash,10\nGB-1,Birch,20\n", "source,target\nAsh,Birch\n")
    after = read("uid,name,income\n5,Fern,10\nGB-1,Gorse,20\n", "source,target\nFern,Gorse\n")
    assert set(after.names) == {"Fern", "Gorse"}
    for name in ("uid", "body", "income", "sector", "tie_a", "tie_b"):
        assert (getattr(before, name) == getattr(after, name)).all()


def test_branches(read):
    place = read("name,income,place\nAsh,6e6,b\nAsh,5e6,a\nBirch,1,a\n")
    ash = [r for r in range(3) if place.names[r] == "Ash"]
    assert place.body[ash].tolist() == [uid_of("Ash")] * 2
    assert {int(u) for u in place.uid[ash]} == {
        branch_uid(uid_of("Ash"), "a"),
        branch_uid(uid_of("Ash"), "b"),
    }
    assert place.band[ash].tolist() == [4, 4]


# --- ties --------------------------------------------------------------------


def test_ties_have_two_directions(read):
    place = read(
        ROSTER, "source,target,strength\nAsh,Birch,.2\nBirch,Ash,.7\nCedar,Ash,.4\nBirch,Cedar,\n"
    )
    town = "roster"
    assert tie_strengths(place) == {
        ("Ash", "Birch", town): 0.2,
        ("Birch", "Ash", town): 0.7,
        ("Cedar", "Ash", town): 0.4,
        ("Ash", "Cedar", town): 0.4,
        ("Birch", "Cedar", town): KNOWN_TIE,
        ("Cedar", "Birch", town): KNOWN_TIE,
    }
    assert any("ties: 2 of 3 are listed in one direction" in note for note in place.notes)
    assert any("strength: missing in 1 of 4 ties; set to 0.59" in note for note in place.notes)


def test_ties_without_strengths(read):
    place = read(ROSTER, "source,target\nAsh,Birch\n")
    assert place.tie_strength_ab.tolist() == [KNOWN_TIE]


def test_ties_join_branches_where_both_are(read):
    roster = "name,income,place\nAsh,1,a\nAsh,1,b\nAsh,1,c\nBirch,1,a\nBirch,1,b\n"
    place = read(roster, "source,target,strength\nAsh,Birch,.5\n")
    assert {key[2] for key in tie_strengths(place)} == {"a", "b"}
    place = read(roster, "source,target,strength,place\nAsh,Birch,.5,b\n")
    assert {key[2] for key in tie_strengths(place)} == {"b"}


# --- what is refused ---------------------------------------------------------


@pytest.mark.parametrize(
    ("roster", "message"),
    [
        ("name,income\nAsh,1\nAsh,2\n", "row 3, column name: 'Ash' is already in row 2"),
        ("name,income\nAsh,1\n Ash  ,2\n", "row 3, column name: 'Ash' is already in row 2"),
        ("name,income\n,1\n", "row 2, column name: empty; every organisation needs a name"),
        ("name,income\nAsh,1\n\nBirch,-5\n", "row 4, column income: '-5' must be GBP a year"),
        ("name,income\nAsh,lots\n", "row 2, column income: 'lots' must be GBP a year"),
        ("name,income\nAsh,nan\n", "row 2, column income: 'nan' must be GBP a year"),
        ("name,income\nAsh,inf\n", "row 2, column income: 'inf' must be GBP a year"),
        ("name,income\nAsh,1e999\n", "row 2, column income: '1e999' must be GBP a year"),
        ("name,income\nAsh,\n", "row 2, column income: empty; must be GBP a year"),
        ("name,income\nAsh\n", "row 2, column income: empty; must be GBP a year"),
        ("name,income\nAsh,1_000\n", "row 2, column income: '1_000' must be GBP a year"),
        ('name,income\nAsh,"GBP 1,200"\n', "'GBP 1,200' must be .* leave out currency signs"),
        ("name,income\nAsh,£1200\n", "column income: '£1200' must be .* leave out currency signs"),
        ("name,income\nAsh,12k\n", "column income: '12k' must be .* leave out currency signs"),
        ("name,Latest Income\nAsh,1\n", "row 1: no column 'income'; the file has: name, Latest"),
        ("name;income\nAsh;1\n", "no column 'name' and 'income'.* separated by semicolons"),
        ("name\tincome\nAsh\t1\n", "separated by tabs"),
        ("name,income,income\nAsh,1,2\n", "row 1: the headings 'income' and 'income' both mean"),
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        (",\nAsh,1\n", "row 1 is empty; it must hold the headings"),
        ("name,income\n", "0 organisations below the header"),
        ("name,income\n,\n", "0 organisations below the header"),
        ("name,income\nAsh,1,200\n", "row 2: 3 cells where the header has 2; a cell with a comma"),
        ('name,income\n"Ash,1\nBirch,2\n', "row 2: not readable as CSV .*double quote"),
        ("name,income,sector\nAsh,1,school\n", "column sector: 'school' must be one of community"),
        ("name,income,inert\nAsh,1,perhaps\n", "column inert: 'perhaps' must be yes or no"),
        ("name,income,openness\nAsh,1,1.2\n", "column openness: '1.2' must be .* from 0 to 1"),
        ("name,income,Need 1\nAsh,1,2\n", "column Need 1: '2' must be expertise.* from 0 to 1"),
        ("name,income,priority_2\nAsh,1,0\n", "priorities must not all be 0"),
        ("name,income,priority_2\nAsh,1,-1\n", "column priority_2: '-1' must be a weight"),
        ("name,income,reserves_months\nAsh,1,-1\n", "column reserves_months: '-1' must be"),
        ("name,income,uid\nAsh,1,0\n", "column uid: '0' must be a whole number from 1 up"),
        (
            "name,income,uid\nAsh,1,4\nBirch,1,4\n",
            "row 3, column uid: '4' is also the uid of 'A",
        ),
        (
            "name,income,uid,place\nAsh,1,4,a\nAsh,1,5,b\n",
            "row 3, column uid: '5' must be the same in all rows of 'Ash'",
        ),
        (
            "name,income,inert,place\nAsh,1,yes,a\nAsh,1,,b\n",
            "row 3, column inert: 'no' must be the same in all rows of 'Ash'",
        ),
        (
            "name,income,place\nAsh,1,a\nAsh,1,a\n",
            "column name: 'Ash' is already in row 2; names must differ within a place",
        ),
    ],
)
def test_a_wrong_roster_is_refused(read, roster, message):
    with pytest.raises(PlaceError, match=rf"^roster\.csv.*{message}"):
        read(roster)


@pytest.mark.parametrize(
    ("ties", "message"),
    [
        ("source,target\nAsh,Oak\n", "row 2, column target: 'Oak' must be an organisation of the"),
        ("source,target\nash,Birch\n", "column source: 'ash' must .*; did you mean 'Ash'?"),
        ("from,to\nAsh,Brich\n", "column to: 'Brich' must be .*; did you mean 'Birch'?"),
        ("source,target\n,Birch\n", "row 2, column source: empty; must be an organisation"),
        ("source,target\nAsh,Ash\n", "row 2, column target: 'Ash' is tied to itself"),
        (
            "source,target\nAsh,Birch\nAsh,Birch\n",
            "row 3, column target: 'Birch' has this tie from 'Ash' already in row 2",
        ),
        ("source,target,strength\nAsh,Birch,1.5\n", "strength: '1.5' must be .* from 0 to 1"),
        ("source,target,strength\nAsh,Birch,-.5\n", "column strength: '-.5' must be"),
        ("source,target,strength\nAsh,Birch,strong\n", "column strength: 'strong' must be"),
        ("source,weight\nAsh,3\n", "row 1: no column 'target'; the file has: source, weight"),
        (
            "source,target\nAsh,Far\n",
            "row 2, column target: 'Far' is in south and 'Ash' in north; a tie needs a place",
        ),
        ("source,target,place\nAsh,Birch,south\n", "place: 'south' must be a place of 'Ash'"),
        ("", "the file is empty"),
    ],
)
def test_wrong_ties_are_refused(read, ties, message):
    roster = "name,income,place\nAsh,1,north\nBirch,2,north\nFar,3,south\n"
    with pytest.raises(PlaceError, match=rf"^ties\.csv.*{message}"):
        read(roster, ties)


def test_the_first_fault_is_shown_and_the_others_counted(read):
    with pytest.raises(PlaceError, match=r"row 2, column income.*\(2 more in this file\)$"):
        read("name,income\nAsh,x\nBirch,y\n,3\n")


def test_too_many_rows(read):
    with pytest.raises(PlaceError, match=r"row 4: more than 2 rows; at most 2 are read"):
        read(ROSTER, max_rows=2)
    assert read(ROSTER, max_rows=3).size == 3


def test_a_wrong_encoding(read):
    with pytest.raises(
        PlaceError,
        match=r"roster\.csv cannot be read as UTF-8 text: byte 0xe9 in line 3 is not UTF-8; save",
    ):
        read("name,income\nAsh,1\nCafé,2\n".encode("latin-1"))
    with pytest.raises(PlaceError, match=r"it is UTF-16; save it as UTF-8"):
        read(ROSTER.encode("utf-16"))


def test_a_missing_file(tmp_path):
    with pytest.raises(PlaceError, match=r"there is no table .*none\.csv"):
        read_place(tmp_path / "none.csv")
    with pytest.raises(PlaceError, match=r"cannot be read: it is a folder"):
        read_place(tmp_path)


def test_wrong_own_headings(read):
    with pytest.raises(PlaceError, match=r"no column 'Turnover'; the file has: name, income"):
        read(ROSTER, columns={"income": "Turnover"})
    with pytest.raises(PlaceError, match=r"columns: 'money' is no column; allowed: name, income"):
        read(ROSTER, columns={"money": "income"})


@pytest.mark.slow
def test_a_large_roster_is_read(tmp_path):
    lines = [f"organisation {i},{i},town {i % 900}" for i in range(190_000)]
    (tmp_path / "r.csv").write_text("\n".join(["name,income,place", *lines]))
    assert read_place(tmp_path / "r.csv").size == 190_000 + 1_800
