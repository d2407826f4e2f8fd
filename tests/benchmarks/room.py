"""How long a room of 60 phones waits: `python -m tests.benchmarks.room`.

It serves the dashboard, opens a room and lets so many phones join, bet, choose, drop and come back
at once, over the same sockets that real phones use. Times are milliseconds that one phone waits.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import tempfile
import time
from typing import Any
from urllib.request import Request, urlopen

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from alliances.dashboards.room.store import FOLDER
from tests.browser.chromium import served

BAR = 1_000.0  # milliseconds that nobody should wait longer than, with 60 phones
WAIT = 60.0  # seconds


def ask(address: str, path: str, **body: Any) -> dict[str, Any]:
    """Return the answer to a plain request."""
    request = Request(
        f"{address}/room/api/{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=WAIT) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


class Client:
    """A phone, or the trainer's page: a socket, the latest view, and when it came."""

    def __init__(self, address: str, code: str, token: str) -> None:
        self.url = address.replace("http", "ws", 1) + "/room/api/live"
        self.code, self.token = code, token
        self.socket: ClientConnection | None = None
        self.view: dict[str, Any] = {}
        self.changed = asyncio.Event()
        self.acknowledged: dict[int, asyncio.Future[str]] = {}
        self.next = 0

    async def open(self) -> None:
        """Connect and wait for the first view."""
        self.view = {}
        self.socket = await connect(self.url, open_timeout=WAIT)
        await self.socket.send(json.dumps({"code": self.code, "token": self.token}))
        self.reader = asyncio.create_task(self._read())
        await self.until(bool)

    async def _read(self) -> None:
        assert self.socket is not None
        with contextlib.suppress(ConnectionClosed):
            async for text in self.socket:
                found = json.loads(text)
                if "view" in found:
                    self.view = found["view"]
                    self.changed.set()
                elif found.get("id") in self.acknowledged:
                    self.acknowledged.pop(found["id"]).set_result(found.get("error", ""))

    async def drop(self) -> None:
        """Lose the connection without a word."""
        assert self.socket is not None
        self.reader.cancel()
        self.socket.transport.abort()

    async def until(self, true: Any) -> float:
        """Wait for a view that is so; returns when it came."""
        while not true(self.view):
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), WAIT)
        return time.perf_counter()

    async def do(self, name: str, **message: Any) -> float:
        """Ask for something; returns after how many ms it was acknowledged."""
        assert self.socket is not None
        self.next += 1
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.acknowledged[self.next] = done
        begin = time.perf_counter()
        await self.socket.send(json.dumps({"do": name, "id": self.next, **message}))
        error = await asyncio.wait_for(done, WAIT)
        if error:
            raise RuntimeError(f"{name} was refused: {error}")
        return since(begin)


def since(begin: float) -> float:
    """Return the milliseconds since then."""
    return 1000.0 * (time.perf_counter() - begin)


async def seen(clients: list[Client], begin: float, true: Any) -> list[float]:
    """Return after how many ms each client saw something."""
    return [1000.0 * (at - begin) for at in await asyncio.gather(*(c.until(true) for c in clients))]


async def measure(address: str, phones: int, rounds: int) -> tuple[dict[str, list[float]], int]:
    """Return the waits by name, and how many answers were lost."""
    found: dict[str, list[float]] = {}
    room = ask(address, "open", title="Benchmark")
    code = room["code"]
    lead = Client(address, code, room["token"])
    await lead.open()

    async def join(number: int) -> Client:
        begin = time.perf_counter()
        token = await asyncio.to_thread(
            lambda: ask(address, "join", code=code, nickname=f"P{number}")["token"]
        )
        client = Client(address, code, token)
        await client.open()
        found.setdefault("join, until the first view", []).append(since(begin))
        return client

    clients = list(await asyncio.gather(*(join(k) for k in range(phones))))
    choice = {client.token: k % 3 for k, client in enumerate(clients)}
    for number, secret in ((1, False), (2, True)):
        begin = time.perf_counter()
        await lead.do("ask", question="Up?", choices=["a", "b", "c"], kind="bet", secret=secret)
        saw = await seen(clients, begin, lambda view, n=number: len(view["polls"]) == n)
        found.setdefault("a question reaches every phone", []).extend(saw)
        begin = time.perf_counter()
        waits = await asyncio.gather(
            *(one.do("answer", poll=number, choice=choice[one.token]) for one in clients)
        )
        found.setdefault("an answer is counted", []).extend(waits)
        await lead.until(lambda view: view["polls"][0]["answered"] == phones)
        found.setdefault("the trainer sees all answers", []).append(since(begin))
    # Everybody drops and comes back at once.
    for one in clients:
        await one.drop()
    begin = time.perf_counter()
    await asyncio.gather(*(one.open() for one in clients))
    found["a dropped phone is back"] = await seen(clients, begin, bool)
    lost = 0
    for one in clients:
        polls = {poll["number"]: poll for poll in one.view["polls"]}
        lost += polls[1]["yours"] != choice[one.token]
        lost += not polls[2]["cast"]
    for number in (1, 2):
        begin = time.perf_counter()
        await lead.do("close", poll=number)
        saw = await seen(
            clients,
            begin,
            lambda view, n=number: not next(p for p in view["polls"] if p["number"] == n)["open"],
        )
        found.setdefault("a result reaches every phone", []).extend(saw)
    counts = [list(choice.values()).count(k) for k in range(3)]
    lost += sum(poll["counts"] != counts for poll in lead.view["polls"])
    await lead.do("play", setup={"rounds": rounds, "months": 12})
    for number in range(1, rounds + 1):
        begin = time.perf_counter()
        await lead.do("open_round")
        choosing = lambda view, n=number: (  # noqa: E731
            view["game"] and view["game"]["phase"] == "choosing" and view["game"]["round"] == n
        )
        found.setdefault("a round opens on every phone", []).extend(
            await seen(clients, begin, choosing)
        )
        playing = [one for one in clients if not one.view["game"]["gone"]]
        waits = await asyncio.gather(
            *(
                one.do("choose", choice="join" if k % 2 else "speak", round=number)
                for k, one in enumerate(playing)
            )
        )
        found.setdefault("a choice is counted", []).extend(waits)
        begin = time.perf_counter()
        await lead.do("close_round")

        def told(view: dict, n: int = number) -> bool:
            game = view["game"]
            last = [one["round"] for one in game["told"]][:1]
            # Whose organisation is gone has nothing to be told of a round.
            return game["phase"] in ("between", "over") and (game["gone"] or last == [n])

        found.setdefault("a round is run and told", []).extend(await seen(clients, begin, told))
    # While the model runs the end, the room goes on.
    begin = time.perf_counter()
    await lead.do("ask", question="Fair?", choices=["a", "b"], kind="vote")
    await seen(clients, begin, lambda view: len(view["polls"]) == 3)
    found["an answer is counted while the end is run"] = list(
        await asyncio.gather(*(one.do("answer", poll=3, choice=0) for one in clients))
    )
    saw = await seen(clients, begin, lambda view: "ending" in view["game"])
    found["the end with other luck is there (not in the bar)"] = saw
    await asyncio.to_thread(ask, address, "act", code=code, token=lead.token, message={"do": "end"})
    return found, lost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phones", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(**{FOLDER: folder}) as (address, _):
        found, lost = asyncio.run(measure(address, options.phones, options.rounds))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, {options.phones} phones")
    print(f"{'milliseconds':52s} {'median':>8s} {'95 %':>8s} {'longest':>8s}   bar {BAR:,.0f}")
    for name, waits in found.items():
        ordered = sorted(waits)
        high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        kept = "" if "not in the bar" in name else "   kept" if ordered[-1] < BAR else "   MISSED"
        print(f"{name:52s} {statistics.median(ordered):8.0f} {high:8.0f} {ordered[-1]:8.0f}{kept}")
    print(f"answers lost: {lost}")


if __name__ == "__main__":
    main()
