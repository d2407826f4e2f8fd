from datetime import date

import numpy as np
import pytest

from alliances.model.kernel.state import BAND_LIMITS
from alliances.model.places.grants import COMMISSIONED_SHARE, import_360giving, income_from_grants
from alliances.model.places.place import COMMISSIONERS, PlaceError, uid_of

STANDARD = (
    "Identifier,Recipient Org:Identifier,Recipient Org:Name,Amount Awarded,Currency,Award Date,"
    "Planned Dates:Duration (months),Funding Org:Name\n"
)
FLAT = "recipient_id,recipient,recipient_type,amount,award_date,duration_months,funder\n"


@pytest.fixture
def grants(tmp_path):
    """Import grants from their text."""

    def importer(text: str, **options):
        (tmp_path / "grants.csv").write_text(text, "utf-8")
        return import_360giving(tmp_path / "grants.csv", public_bodies=False, **options)

    return importer


def incomes(place):
    return dict(zip(place.names, place.income.tolist(), strict=True))


def test_recipients_become_the_roster(grants):
    place = grants(
        STANDARD
        + "1,GB-1,Ash,1200,GBP,2024-01-15,12,Anytown Borough Council\n"
        + "2,GB-1,Ash,2400,GBP,2024-07-01,24,NHS Anytown\n"
        + "3,GB-2,Birch,600,GBP,2024-06-30,,The Oak Foundation\n",
        income="lower_bound",
    )
    # Ash: 3,600 from January 2024 to June 2026.
    assert incomes(place) == {"Ash": pytest.approx(3600 * 12 / 30), "Birch": 600}
    assert set(place.uid.tolist()) == {uid_of("id GB-1"), uid_of("id GB-2")}
    paid = sorted(
        (place.names[payee], COMMISSIONERS[-2 - payer], monthly, left)
        for payee, payer, monthly, left in zip(
            place.grant_payee,
            place.grant_payer,
            place.grant_monthly,
            place.grant_months_left,
            strict=True,
        )
    )
    # The run begins in July 2024, the month of the last award.
    assert paid == [
        ("Ash", "council", 100.0, 6),
        ("Ash", "health", 100.0, 24),
        ("Birch", "independent funder", 50.0, 11),
    ]
    assert "grants: 1 of 3 do not say how long they run; taken as 12 months." in place.notes
    assert any("3 still run at the start (2024-07)" in note for note in place.notes)
    assert any("1 council, 1 health, 1 independent funder" in note for note in place.notes)
    assert any("income: unknown" in note and "lower bound" in note for note in place.notes)


def test_flattened_headings_and_british_dates(grants):
    place = grants(
        FLAT
        + "a,Ash,,500,05/06/2014,,Oak Trust\n"
        + "b,Birch,,0,22/07/2014,,Oak Trust\n"
        + ",(someone),Individual,900,2014-07-01T00:00:00+00:00,,Oak Trust\n",
        at=date(2014, 6, 30),
    )
    assert place.names == ("Ash",)
    assert place.grant_months_left.tolist() == [12]
    assert "grants: 1 of 3 go to individuals; left out." in place.notes
    assert "grants: 1 of 3 are of GBP 0 (unknown or withdrawn); left out." in place.notes


def test_grants_end(grants):
    text = FLAT + "a,Ash,,1200,2014-01-01,12,Oak Trust\n"
    assert grants(text, at=date(2014, 12, 1)).grant_months_left.tolist() == [1]
    assert len(grants(text, at=date(2015, 1, 1)).grant_payee) == 0
    assert len(grants(text, at=date(2013, 12, 1)).grant_payee) == 0


def test_rows_that_share_a_name_or_an_identifier_are_one(grants):
    lines = [
        "x,Ash,,100,2014-01-01,12,Oak Trust\n",
        "y,ASH,,100,2014-01-01,12,Oak Trust\n",
        "y,Ash Tree,,100,2014-01-01,12,Oak Trust\n",
        ",Ash tree,,100,2014-01-01,12,Oak Trust\n",
        "z,Birch,,100,2014-01-01,12,Oak Trust\n",
    ]
    place = grants(FLAT + "".join(lines), income="lower_bound")
    assert incomes(place) == {"ASH": 400, "Birch": 100}
    assert uid_of("id x") in place.uid.tolist()
    assert any("1 of 2 stand under several names" in note for note in place.notes)
    assert grants(FLAT + "".join(lines[::-1]), income="lower_bound") == place


def test_the_estimate_inverts_the_bands_shares():
    edges = [0.0, *BAND_LIMITS, 1e9]
    for share, low, high in zip(COMMISSIONED_SHARE, edges[:-1], edges[1:], strict=True):
        for income in np.linspace(low, high, 7)[1:-1]:
            assert income_from_grants(share * income) == pytest.approx(income)
    money = np.geomspace(1, 1e8, 500)
    income = np.array([income_from_grants(value) for value in money])
    assert (np.diff(income) >= 0).all()
    assert (income > money).all()


def test_the_estimate_is_the_default(grants):
    place = grants(FLAT + "a,Ash,,400,2014-01-01,12,Oak Trust\n")
    assert place.income.tolist() == [pytest.approx(5000)]
    assert any("estimated for all rows" in note for note in place.notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FLAT + "a,Ash,,-5,2014-01-01,,x\n", "row 2, column amount: '-5' must be GBP"),
        (FLAT + "a,Ash,,,2014-01-01,,x\n", "row 2, column amount: empty; must be GBP"),
        (FLAT + "a,Ash,,£5,2014-01-01,,x\n", "column amount: '£5' must be .* leave out currency"),
        (FLAT + "a,Ash,,5,January,,x\n", "column award_date: 'January' must be a date such as"),
        (FLAT + "a,Ash,,5,31/02/2014,,x\n", "column award_date: '31/02/2014' must be a date"),
        (FLAT + "a,Ash,,5,,,x\n", "column award_date: empty; must be a date such as"),
        (FLAT + "a,,,5,2014-01-01,,x\n", "column recipient: empty; every grant needs a recipient"),
        (FLAT + "a,Ash,,5,2014-01-01,-3,x\n", "column duration_months: '-3' must be months"),
        (STANDARD + "1,a,Ash,5,EUR,2014-01-01,,x\n", "column Currency: 'EUR' must be GBP"),
        (FLAT, "no grant of more than GBP 0"),
        (FLAT + "a,Ash,,0,2014-01-01,,x\n", "no grant of more than GBP 0"),
        ("recipient,amount\nAsh,5\n", "row 1: no column 'award date'"),
    ],
)
def test_wrong_grants_are_refused(grants, text, message):
    with pytest.raises(PlaceError, match=rf"^grants\.csv.*{message}"):
        grants(text)


def test_unknown_rule_of_income(grants):
    with pytest.raises(PlaceError, match=r"income was 'guess'; it must be 'estimate' or"):
        grants(FLAT, income="guess")
