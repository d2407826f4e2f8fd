"""What one visitor chose and what the model answered; nothing is shared but the runs."""

from collections.abc import Callable
from dataclasses import dataclass

import solara

from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import (
    Choice,
    History,
    LinkError,
    LostPlaceError,
    read_search,
)
from alliances.dashboards.web.shared.comparing import split_kept
from alliances.experiments.runs.ensemble import STAGES, PairedRuns, monthly_values, run_pair
from alliances.experiments.runs.queue import Latest, Queue, Stale, check

QUEUE = Queue()  # of all visitors: whoever has seen nothing yet comes first
# Runs that were asked for by anybody: numbers only, the same for all.
KEPT = monthly_values(queue=QUEUE)
# Who draws goes one after another too: drawn all at once, everybody's page would be done as late as
# the last one's.
DRAWING = Queue()
# A step changes little besides what the browser has changed by itself, and drawing it slows down
# runs; so first answers to anybody go before it. Answers from more runs come after it.
STEP = STAGES[0] + 1
OWN_KEPT = 3  # ensembles that a session keeps of its own place
TURNS = 0.2  # seconds between looks whether to wait on


@dataclass(frozen=True, eq=False)
class Session:
    """What a page draws, and what it can ask for; the same object while the page is open.

    A component that reads one of its values is drawn anew when that value changes, and no other.

    Attributes
    ----------
    chosen : Reactive of History
        The choices made.
    answered : Reactive of (Choice, PairedRuns or None)
        What was asked last and what it gave so far.
    failed : Reactive of str
        Why there is no answer, if there is none.
    replayed : Reactive of Choice or None
        What a replay shows at the moment instead of the choice that holds.
    link_error, note : str
        What was wrong with the link that was opened, or should be known about it.
    kept : str
        What the link that was opened had kept for comparing.
    ask : callable
        Asks for the runs of a choice instead of those that were asked for before.
    """

    chosen: "solara.Reactive[History]"
    answered: "solara.Reactive[tuple[Choice, PairedRuns | None]]"
    failed: "solara.Reactive[str]"
    replayed: "solara.Reactive[Choice | None]"
    link_error: str
    note: str
    kept: str
    ask: Callable[[Choice], None]

    @property
    def history(self) -> History:
        """The choices made."""
        return self.chosen.value

    @property
    def shown(self) -> Choice:
        """What the levers show: the choice that holds, or what is replayed."""
        return self.replayed.value or self.history.now

    @property
    def answer(self) -> PairedRuns | None:
        """What the latest question gave so far."""
        return self.answered.value[1]

    @property
    def ready(self) -> bool:
        """Whether the model is compiled."""
        return warming.READY.is_set()

    def step(self, move: Callable[[History], History]) -> None:
        """Go a step in the history."""
        new = move(self.chosen.peek())
        self.ask(new.now)  # first: it runs while the page is drawn
        with QUEUE.turn(STEP):
            pass  # not held on: nobody's runs wait for those who draw
        with DRAWING.turn(STEP):
            self.chosen.set(new)

    def choose(self, change: Callable[[Choice], Choice]) -> None:
        """Make a change of the choice hold, of what it is when the change arrives."""
        self.step(lambda history: history.push(change(history.now)))

    def try_out(self, change: Callable[[Choice], Choice]) -> None:
        """Ask what a change of the choice would give, while a slider is held."""
        self.ask(change(self.chosen.peek().now))


def opened(search: str | None) -> tuple[Choice, str, str]:
    """Return the choice of a link, what is wrong with it, and what should be known."""
    try:
        choice, note = read_search(search)
    except LostPlaceError as lost:
        return lost.choice, "", f"{lost} {lost.note}".strip()
    except LinkError as error:
        return Choice(), str(error), ""
    return choice, "", note


def use_session() -> Session:
    """Return the visitor's session; to be called by a page, once."""
    router = solara.use_router()
    session, latest = solara.use_memo(lambda: _begin(router.search), [])

    def asked() -> Callable[[], None]:
        session.ask(session.history.now)
        return latest.close

    solara.use_effect(asked, [])
    return session


def _begin(link: str | None) -> tuple[Session, Latest[Choice]]:
    search, kept = split_kept(link)
    start, link_error, note = opened(search)
    answered: solara.Reactive[tuple[Choice, PairedRuns | None]] = solara.reactive((start, None))
    failure = solara.reactive("")
    # Runs in a place of the visitor's own go with the session.
    mine = monthly_values(OWN_KEPT, QUEUE)

    def work(choice: Choice, stale: Stale) -> None:
        while not warming.READY.wait(TURNS):
            check(stale)

        def say(found: PairedRuns) -> None:
            with DRAWING.turn(found.runs, stale):
                if not stale():
                    failure.set("")
                    answered.set((choice, found))

        runs = KEPT if choice.place is None else mine
        run_pair(choice.pair(), say, store=runs, stale=stale)

    def failed(choice: Choice, error: Exception) -> None:
        answered.set((choice, None))
        failure.set(f"The model could not be run: {error}")

    latest = Latest(work, failed)
    session = Session(
        chosen=solara.reactive(History(now=start)),
        answered=answered,
        failed=failure,
        replayed=solara.reactive(None),
        link_error=link_error,
        note=note,
        kept=kept,
        ask=latest.ask,
    )
    return session, latest
