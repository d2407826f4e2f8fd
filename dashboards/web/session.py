"""What one visitor chose and what the model answered; nothing is shared but the runs."""

from collections.abc import Callable
from dataclasses import dataclass

import solara

from dashboards.web import warming
from dashboards.web.choice import Choice, History, LinkError, read_search
from experiments.ensemble import Answer, GivenUp, Kept, Latest, Queue, Stale, answer

# Runs that were asked for by anybody: numbers only, the same for all.
KEPT = Kept()
QUEUE = Queue()  # of all visitors: whoever has seen nothing yet comes first
TURNS = 0.2  # seconds between looks whether to wait on


@dataclass(frozen=True)
class Session:
    """What a page draws, and what it can ask for.

    Attributes
    ----------
    history : History
        The choices made.
    answered : Reactive of (Choice, Answer or None)
        What was asked last and what it gave so far; only what reads it is drawn anew with it.
    failed : Reactive of str
        Why there is no answer, if there is none.
    link_error, note : str
        What was wrong with the link that was opened, or should be known about it.
    ready : bool
        Whether the model is compiled.
    step : callable
        Goes a step in the history.
    try_out : callable
        Asks what a change of the choice would give, while a slider is held.
    """

    history: History
    answered: "solara.Reactive[tuple[Choice, Answer | None]]"
    failed: "solara.Reactive[str]"
    link_error: str
    note: str
    ready: bool
    step: Callable[[Callable[[History], History]], None]
    try_out: Callable[[Callable[[Choice], Choice]], None]

    @property
    def answer(self) -> Answer | None:
        """What the latest question gave so far."""
        return self.answered.value[1]

    @property
    def is_current(self) -> bool:
        """Whether the answer is one to the choice that holds."""
        return bool(self.answered.value[0] == self.history.now)

    def choose(self, change: Callable[[Choice], Choice]) -> None:
        """Make a change of the choice hold, of what it is when the change arrives."""
        self.step(lambda history: history.push(change(history.now)))


def opened(search: str | None) -> tuple[Choice, str, str]:
    """Return the choice of a link, what is wrong with it, and what should be known."""
    try:
        choice, note = read_search(search)
    except LinkError as error:
        return Choice(), str(error), ""
    return choice, "", note


def use_session() -> Session:
    """Return the visitor's session; to be called by a page, once."""
    router = solara.use_router()
    start, link_error, note = solara.use_memo(lambda: opened(router.search), [])
    history = solara.use_reactive(History(now=start))
    answered = solara.use_reactive((start, None))
    failure = solara.use_reactive("")

    def desk() -> Latest[Choice]:
        def work(choice: Choice, stale: Stale) -> None:
            while not warming.READY.wait(TURNS):
                if stale():
                    raise GivenUp

            def say(found: Answer) -> None:
                if not stale():
                    failure.set("")
                    answered.set((choice, found))

            answer(choice.question(), say, stale=stale, kept=KEPT, queue=QUEUE)

        def failed(choice: Choice, error: Exception) -> None:
            answered.set((choice, None))
            failure.set(f"The model could not be run: {error}")

        return Latest(work, failed)

    latest = solara.use_memo(desk, [])
    solara.use_effect(lambda: latest.close, [])
    solara.use_effect(lambda: latest.ask(start), [])

    def step(move: Callable[[History], History]) -> None:
        new = move(history.peek())
        latest.ask(new.now)  # first: it runs while the page is drawn
        history.set(new)

    def try_out(change: Callable[[Choice], Choice]) -> None:
        latest.ask(change(history.peek().now))

    return Session(
        history.value,
        answered,
        failure,
        link_error,
        note,
        warming.READY.is_set(),
        step,
        try_out,
    )
