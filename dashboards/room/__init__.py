"""Rooms: people join from their phones, bet and vote, and play organisations in rounds.

From Python, in the server's own program::

    from alliances.dashboards.room import the_rooms

    code, token = the_rooms().open("Tuesday's session")
    lead = Lead.by_token(the_rooms(), code, token)
    number = lead.ask("Will trust rise?", ["Yes", "No"], kind="bet", secret=True)
    lead.answered(number)       # how many have answered
    lead.close(number).counts   # nobody sees counts before
    lead.settle(number, 0)      # how the bet came out
"""

from alliances.dashboards.room.game import Setup
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.poll import Results
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.rooms import Rooms
from alliances.dashboards.room.store import RoomStore
from alliances.dashboards.room.web import routes, the_rooms
from alliances.dashboards.room.words import NotAllowedError, RoomError

__all__ = [
    "Lead",
    "NotAllowedError",
    "Results",
    "Room",
    "RoomError",
    "RoomStore",
    "Rooms",
    "Setup",
    "routes",
    "the_rooms",
]
