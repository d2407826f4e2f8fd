"""What was run of a room's game so far, and the sentences that were made of it."""

from dataclasses import dataclass, field

from dashboards.room.ending import Ending
from dashboards.room.game import Seat
from dashboards.room.play import Run
from dashboards.room.roles import CONTRIBUTE, JOIN
from dashboards.room.told import beside_alone, place_story, round_story
from model.parameters import REGISTRY


@dataclass
class Runs:
    """What was run of a game so far, and why not if it could not be; `told` keeps sentences."""

    run: Run | None = None
    ending: Ending | None = None
    failed: str = ""
    told: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def story(self, seat: Seat, number: int) -> list[str]:
        """Return what a seat is told of a round, numbered from 1; "" if it was not run."""
        if self.run is None or number > self.run.rounds:
            return []
        key = (seat.key, number)
        if key not in self.told:
            self.told[key] = round_story(self.run, seat, number)
        return self.told[key]

    def place(self, number: int) -> list[str]:
        """Return what everybody is told of the whole place after a round."""
        if self.run is None or number > self.run.rounds:
            return []
        key = ("", number)
        if key not in self.told:
            self.told[key] = place_story(self.run, number)
        return self.told[key]

    def hint(self, seat: Seat, choice: str) -> str:
        """Return what a seat should know before it makes a choice, or ""."""
        if self.run is None or seat.uid is None or choice not in (JOIN, CONTRIBUTE):
            return ""
        now, most = self.run.alliances(seat.uid), int(REGISTRY["programmes"].default)
        if choice == CONTRIBUTE and not now:
            return "You are in no alliance now."
        if choice == JOIN and now >= most:
            return f"You are in {now} alliances, which is the most."
        return ""

    def end(self, seat: Seat) -> list[str]:
        """Return how a seat's organisation would have ended, had nobody chosen."""
        if self.ending is None:
            return []
        key = (seat.key, 0)
        if key not in self.told:
            self.told[key] = [
                text for text in [beside_alone(self.ending.ran, self.ending.left, seat)] if text
            ]
        return self.told[key]
