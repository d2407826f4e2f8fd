"""What was run of a room's game so far, and the sentences that were made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alliances.dashboards.room.ending import Ending
from alliances.dashboards.room.game import Seat
from alliances.dashboards.room.play import RoomRun
from alliances.dashboards.room.prepare_end import PreparedEnd
from alliances.dashboards.room.roles import CONTRIBUTE, JOIN
from alliances.dashboards.room.stories import beside_alone, place_story, readable, round_story
from alliances.dashboards.room.table_stories import beside_alone as tables_beside_alone
from alliances.dashboards.room.table_stories import table_story
from alliances.model.parameters import REGISTRY


@dataclass
class RoomRuns:
    """What was run of a game so far, and why not if it could not be; `told` keeps sentences.

    `ahead` was run for the end before the last round was decided.
    """

    run: RoomRun | None = None
    ending: Ending | None = None
    failed: str = ""
    ahead: PreparedEnd | None = None
    told: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def ran(self, rounds: Sequence[Mapping[str, str]]) -> bool:
        """Whether these rounds, and no others, were run."""
        return self.run is not None and self.run.chosen == rounds

    def story(self, seat: Seat, number: int) -> list[str]:
        """Return what a seat is told of a round, numbered from 1; "" if it was not run."""
        if self.run is None or number > self.run.rounds:
            return []
        key = (seat.key, number)
        if key not in self.told:
            story = round_story if seat.uid is not None else table_story
            self.told[key] = readable(story(self.run, seat, number))
        return self.told[key]

    def place(self, number: int) -> list[str]:
        """Return what everybody is told of the whole place after a round."""
        if self.run is None or number > self.run.rounds:
            return []
        key = ("", number)
        if key not in self.told:
            self.told[key] = readable(place_story(self.run, number))
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
        """Return how it would have ended for a seat, had nobody chosen."""
        if self.ending is None:
            return []
        key = (seat.key, 0)
        if key not in self.told:
            ran, left = self.ending.ran, self.ending.left
            if seat.uid is None:
                told = tables_beside_alone(ran, left, seat.role)
            else:
                told = [beside_alone(ran, left, seat)]
            self.told[key] = readable(told)
        return self.told[key]
