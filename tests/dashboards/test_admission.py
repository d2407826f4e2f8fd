"""As many sessions as there are places, and a plain word to the others."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

from dashboards import admission as admission_module
from dashboards.admission import Admission
from dashboards.limits import Limits

LIMITS = Limits(sessions=2, pages_each=2, waiting=20)


class Session:
    def __init__(self, among, name, visitor="somebody", is_left=False):
        self.session_id, self.is_left = visitor, is_left
        self._among, self._name = among, name
        among[name] = self

    def close(self, reason):
        assert reason == "cull"
        del self._among[self._name]


def run[T](work: Coroutine[None, None, T]) -> T:
    """Run to the end in a thread of its own: a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def let_in(here, name, address=""):
    async with here.session(name, address) as has_place:
        return has_place


def door(sessions, limits=LIMITS):
    return Admission(limits, lambda: sessions, lambda one: one.is_left)


def test_there_are_as_many_places_as_said():
    sessions = {}
    here = door(sessions)
    for name in "ab":
        assert run(here.page(None)) == ""
        assert run(let_in(here, name))
        Session(sessions, name)
    assert "All 2 places" in run(here.page(None))
    assert not run(let_in(here, "c"))
    assert run(let_in(here, "a"))  # comes back to its own place
    del sessions["a"]
    assert run(here.page(None)) == ""


def test_pages_that_were_served_and_are_about_to_come_count(monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr(admission_module.time, "monotonic", lambda: now[0])
    here = door({})
    assert run(here.page(None)) == ""
    assert run(here.page(None)) == ""
    assert "places" in run(here.page(None))
    now[0] += 21  # they never came
    assert run(here.page(None)) == ""


def test_who_went_away_makes_room_and_who_is_there_does_not():
    sessions = {}
    Session(sessions, "gone", is_left=True)
    Session(sessions, "there")
    here = door(sessions)
    assert run(here.page(None)) == ""
    assert list(sessions) == ["there"]
    Session(sessions, "fresh")
    assert "places" in run(here.page(None))


def test_many_who_come_at_once_each_take_the_place_of_another_that_has_gone():
    """Whoever waits for a place to be cleared has it already; nobody else waits for the same."""
    sessions = {}
    for name in "abcd":
        Session(sessions, name, is_left=True)
    here = door(sessions, Limits(sessions=4))

    async def main():
        served = await asyncio.gather(*(here.page(None) for _ in range(5)))
        assert [why[:5] for why in served] == [""] * 4 + ["All 4"]
        let = await asyncio.gather(*(let_in(here, name) for name in "efgh"))
        assert let == [True] * 4
        assert sessions == {}
        for name in "abcd":
            Session(sessions, name, is_left=True)
        async with AsyncExitStack() as stack:  # without having been served a page
            enter = [stack.enter_async_context(here.session(name)) for name in "ijklm"]
            assert await asyncio.gather(*enter) == [True] * 4 + [False]

    run(main())


def test_a_place_that_a_served_page_waits_for_is_not_given_to_whoever_comes_first():
    here = door({})

    async def main():
        assert [await here.page(None, one) for one in ("here", "")] == ["", ""]
        assert not await let_in(here, "c", "elsewhere")
        assert await let_in(here, "a", "here")

    run(main())


def test_who_comes_back_is_not_ended_for_another():
    sessions = {}
    Session(sessions, "a", is_left=True)
    here = door(sessions, Limits(sessions=1))

    async def main():
        async with here.session("a") as back:
            assert back
            assert not await let_in(here, "b")

    run(main())
    assert list(sessions) == ["a"]


def test_one_browser_has_no_more_than_its_share():
    sessions = {}
    here = door(sessions, Limits(sessions=9, pages_each=2))
    for name in "ab":
        Session(sessions, name, visitor="me")
    assert "Close some of them" in run(here.page("me"))
    assert run(here.page("other")) == ""


def test_who_is_connected_counts_before_there_is_a_session():
    here = door({})

    async def main():
        async with here.session("a") as first, here.session("b") as second:
            assert first
            assert second
            assert here.count() == 2
            assert not await let_in(here, "c")
            assert await let_in(here, "a")  # the same page once more
        assert here.count() == 0

    run(main())


def test_one_address_leaves_places_for_others():
    """Many people can share one, but whoever takes all they can get does not keep others out."""
    sessions = {}
    here = door(sessions, Limits(sessions=8))
    for name in "abcdef":
        assert run(here.page(None, "192.168.0.9")) == ""
        assert run(let_in(here, name, "192.168.0.9"))
        Session(sessions, name)
    assert "so that others find a place" in run(here.page(None, "192.168.0.9"))
    assert not run(let_in(here, "g", "192.168.0.9"))
    assert run(here.page(None, "192.168.0.7")) == ""
    assert run(here.page(None, "127.0.0.1")) == ""
    # Whose pages have gone makes room for the next at the same address.
    sessions["c"].is_left = True
    assert run(let_in(here, "g", "192.168.0.9"))
    assert "c" not in sessions


def test_pages_that_are_asked_for_and_never_come_take_no_more_than_a_share():
    here = door({}, Limits(sessions=8))
    said = [run(here.page(None, "192.168.0.9")) for _ in range(8)]
    assert said[:6] == [""] * 6
    assert all(said[6:])
    assert run(here.page(None, "192.168.0.7")) == ""


def test_a_page_has_few_connections():
    here = door({})

    async def main():
        async with AsyncExitStack() as stack:
            for _ in range(LIMITS.connections_each):
                assert await stack.enter_async_context(here.session("a"))
            assert not await let_in(here, "a")
        assert await let_in(here, "a")

    run(main())
