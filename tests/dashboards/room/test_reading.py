"""What phones and the trainer's page say can be read at about twelve."""

import re

from alliances.dashboards.room import play
from alliances.dashboards.room.game import Seat
from alliances.dashboards.room.handout import QUESTIONS
from alliances.dashboards.room.roles import ROLES, company
from alliances.dashboards.room.runs import RoomRuns
from alliances.dashboards.room.web import ASSETS
from tests.dashboards.learn.readability import grade
from tests.dashboards.room.conftest import QUICK

AGE_12 = 7.0


def sentences(name):
    """Return the sentences that stand in a script."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    found = re.findall(r"'([^'\n]*)'|`([^`\n]*)`", text)
    said = [re.sub(r"\$\{.*?\}", "9", one or other) for one, other in found]
    return [one for one in said if re.search(r"[a-z] [a-z].*[.?!…]$", one)]


def test_role_cards():
    for role in ROLES.values():
        texts = [role.card, *(one.text for one in role.choices)]
        assert grade(" ".join(texts)) <= AGE_12, role.key


def test_what_funders_and_connectors_are_told():
    for role in ("funder", "connector"):
        for several in (1, 3):
            assert grade(company(role, several)) <= AGE_12
        chosen = {f"{role} {k}": one.key for k, one in enumerate(ROLES[role].choices)}
        places = {key: Seat(key, role, key) for key in chosen}
        told = RoomRuns(play.run(QUICK, [chosen], places)).story(places[f"{role} 0"], 1)
        assert len(told) >= 2
        assert grade(" ".join(told)) <= AGE_12, told


def test_what_phones_and_the_trainers_page_say():
    for name in ("player.js", "lead.js", "shared.js"):
        found = sentences(name)
        assert len(found) >= 2, name
        assert grade(" ".join(found)) <= AGE_12, (name, found)


def test_what_a_room_talks_about_in_the_end():
    assert grade(" ".join(QUESTIONS)) <= AGE_12
