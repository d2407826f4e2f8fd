"""Rooms: people join from their phones, bet and vote, and play organisations in rounds.

From Python, in the server's own program::

    from alliances.dashboards.room import the_desk

    code, token = the_desk().open("Tuesday's session")
    lead = Lead.by_token(the_desk(), code, token)
    number = lead.ask("Will trust rise?", ["Yes", "No"], kind="bet", secret=True)
    lead.answered(number)       # how many have answered
    lead.close(number).counts   # nobody sees counts before
    lead.settle(number, 0)      # how the bet came out
"""

from alliances.dashboards.room.game import Setup
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.poll import Results
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.rooms import Desk
from alliances.dashboards.room.store import Store
from alliances.dashboards.room.web import routes, the_desk
from alliances.dashboards.room.words import NotAllowedError, RoomError

__all__ = [
    "Desk",
    "Lead",
    "NotAllowedError",
    "Results",
    "Room",
    "RoomError",
    "Setup",
    "Store",
    "routes",
    "the_desk",
]
