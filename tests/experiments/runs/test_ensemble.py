"""Runs in stages: the numbers of `compare`, the latest question only, and giving up."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from alliances import Scenario
from alliances.experiments.runs.comparison import compare
from alliances.experiments.runs.ensemble import PairedRuns, ScenarioPair, monthly_values, run_pair
from alliances.experiments.runs.queue import GivenUp, Latest, Queue
from alliances.model.places.source import PlaceSource
from tests.waiting import PATIENCE, until

SMALL = Scenario(place=PlaceSource(organisations=10), months=24)
OTHER = SMALL.with_values(competition=0.1, connectors=2)
STAGES = (2, 3, 6)


def asked(**options) -> list[PairedRuns]:
    answers: list[PairedRuns] = []
    run_pair(ScenarioPair(SMALL, OTHER, 5, 24), answers.append, stages=STAGES, **options)
    return answers


@pytest.fixture(scope="module")
def answers() -> list[PairedRuns]:
    return asked()


def test_stages_come_in_order_and_the_last_is_whole(answers):
    assert [one.runs for one in answers] == [2, 3, 6]
    assert [one.is_whole for one in answers] == [False, False, True]
    for early, late in pairwise(answers):
        assert np.array_equal(early.b, late.b[: early.runs])


def test_numbers_are_those_of_compare(answers):
    last = answers[-1]
    whole = compare(SMALL, OTHER, 6, 5, 24)
    for name, effect in whole.effects.items():
        mine = last.effect(name)
        np.testing.assert_array_equal(mine.a, effect.a)
        np.testing.assert_array_equal(mine.b, effect.b)
        assert mine.sentence() == effect.sentence()


def test_kept_runs_are_not_run_again_nor_waited_for(monkeypatch):
    kept = monthly_values()
    first = asked(store=kept)[-1]
    monkeypatch.setattr("alliances.experiments.runs.ensemble.simulate", None)
    monkeypatch.setattr(Queue, "turn", None)  # nobody waits for what is there
    again = asked(store=kept)
    assert [one.runs for one in again] == [6]
    assert np.array_equal(again[0].a, first.a)


def test_names_do_not_make_other_runs():
    kept = monthly_values()
    one = kept.of(SMALL, 0, 24)
    assert kept.of(SMALL.model_copy(update={"name": "x", "description": "y"}), 0, 24) is one
    assert kept.of(SMALL, 1, 24) is not one
    assert kept.of(OTHER, 0, 24) is not one


def test_no_more_are_kept_than_asked_for():
    kept = monthly_values(2)
    for seed in range(5):
        kept.of(SMALL, seed, 24)
    assert len(kept) == 2


def test_given_up_between_two_runs():
    calls = iter([False, False, True, True, True])
    with pytest.raises(GivenUp):
        asked(stale=lambda: next(calls, True), threads=1)


class Waiting:
    """Jobs that wait until they may go on."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.errors: list[tuple[int, str]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.idle = threading.Semaphore(0)
        self.latest: Latest[int] = Latest(self.work, self.fail)

    def work(self, job, stale):
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        if stale():
            raise GivenUp
        if job < 0:
            raise ValueError("less than nothing")
        self.done.append(job)
        self.idle.release()

    def fail(self, job, error):
        self.errors.append((job, str(error)))
        self.idle.release()


def test_only_the_latest_question_is_answered():
    waiting = Waiting()
    waiting.latest.ask(1)
    assert waiting.begun.wait(PATIENCE)
    for job in (2, 3, 4):
        waiting.latest.ask(job)
    waiting.go_on.set()
    assert waiting.idle.acquire(timeout=PATIENCE)
    assert waiting.done == [4]


def test_an_error_is_told_and_the_next_job_is_done():
    waiting = Waiting()
    waiting.go_on.set()
    waiting.latest.ask(-1)
    assert waiting.idle.acquire(timeout=PATIENCE)
    assert waiting.errors == [(-1, "less than nothing")]
    waiting.latest.ask(7)
    assert waiting.idle.acquire(timeout=PATIENCE)
    assert waiting.done == [7]


def test_a_closed_one_does_nothing():
    waiting = Waiting()
    waiting.latest.ask(1)
    assert waiting.begun.wait(PATIENCE)
    waiting.latest.close()
    waiting.go_on.set()
    waiting.latest.ask(2)
    for thread in threading.enumerate():
        if thread.name == "latest":
            thread.join(PATIENCE)
    assert waiting.done == []


def in_line(queue: Queue, urgencies: list[int]) -> list[int]:
    """Let threads wait in this order while a turn is held; return the order of their turns."""
    order: list[int] = []

    def work(urgency: int) -> None:
        with queue.turn(urgency):
            order.append(urgency)

    threads = []
    with queue.turn(0):
        for k, urgency in enumerate(urgencies):
            threads.append(threading.Thread(target=work, args=[urgency]))
            threads[-1].start()
            until(lambda k=k: queue.waiting > k)
        assert order == []
    for thread in threads:
        thread.join(PATIENCE)
    return order


def test_the_most_urgent_goes_first_and_then_who_came_first():
    queue = Queue()
    assert in_line(queue, [64, 4, 16, 4]) == [4, 4, 16, 64]
    assert queue.waiting == 0


def test_who_gives_up_waiting_leaves_the_line():
    queue = Queue()
    with queue.turn(0):
        with pytest.raises(GivenUp), queue.turn(0, stale=lambda: True):
            raise AssertionError("it was not its turn")
        assert queue.waiting == 0
    with queue.turn(0):
        pass


def test_a_turn_that_fails_is_over():
    queue = Queue()
    with pytest.raises(ZeroDivisionError), queue.turn(0):
        raise ZeroDivisionError
    with queue.turn(0):
        pass


def test_while_others_wait_there_is_a_first_and_a_last_answer_only(answers, monkeypatch):
    queue = Queue()
    assert [one.runs for one in asked(store=monthly_values(queue=queue))] == [2, 3, 6]
    monkeypatch.setattr(Queue, "waiting", 3)
    few = asked(store=monthly_values(queue=queue))
    assert [one.runs for one in few] == [2, 6]
    assert np.array_equal(few[-1].b, answers[-1].b)


def test_long_work_is_cut_into_turns(monkeypatch):
    turns = []
    right = Queue.turn

    def turn(self, urgency, stale=lambda: False):
        turns.append(urgency)
        return right(self, urgency, stale)

    monkeypatch.setattr(Queue, "turn", turn)
    monkeypatch.setattr("alliances.experiments.runs.ensemble.TURN", 4)
    assert [one.runs for one in asked()] == [2, 3, 6]
    assert turns == [2, 3, 6, 6]
