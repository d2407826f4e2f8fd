"""A visitor of the page Explore without a browser: speaks to the server as a page does."""

import json
import time
import urllib.request
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

from websockets.sync.client import connect

from tests.waiting import PATIENCE

THEMES: dict[str, dict] = {"light": {}, "dark": {}}


class Lost(Exception):  # noqa: N818 - counted, not a fault of the program
    """The server did not do what a page needs."""


class Visitor:
    """One page, from its first request to its end.

    Parameters
    ----------
    address : str
        Of the server.
    path : str
        Of the page.
    """

    def __init__(self, address: str, path: str = "/explore") -> None:
        begin = time.perf_counter()
        with urllib.request.urlopen(address + path, timeout=PATIENCE) as answer:
            cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.address, self.kernel, self.page = address, str(uuid4()), str(uuid4())
        self.widgets: dict[str, dict[str, Any]] = {}
        self.open = ExitStack()
        connection = connect(
            f"{address.replace('http', 'ws')}/jupyter/api/kernels/{self.kernel}/channels"
            f"?session_id={self.page}",
            additional_headers={"Cookie": cookie},
            origin=address,
            open_timeout=PATIENCE,
            max_size=None,
            max_queue=None,  # a browser takes what comes, whatever it does meanwhile
            ping_interval=None,
        )
        self.socket = self.open.enter_context(connection)
        self.control = self._send(
            "comm_open", {"comm_id": str(uuid4()), "target_name": "solara.control", "data": {}}
        )["comm_id"]
        run = {"path": path, "dark": False, "themes": THEMES}
        self._send("comm_msg", {"comm_id": self.control, "data": {"method": "run", "args": run}})
        self.until(lambda: len(self.findings()) == 4)
        self.first = time.perf_counter() - begin

    def _send(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        header = {"msg_id": str(uuid4()), "msg_type": kind, "session": self.page, "version": "5.3"}
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
        self.socket.send(json.dumps(message))
        return content

    def take(self) -> bool:
        """Take what the server sends next; return whether a widget came, changed or went."""
        text = self.socket.recv(timeout=PATIENCE)
        if isinstance(text, bytes):
            size = int.from_bytes(text[:4], "big")
            starts = [int.from_bytes(text[4 * k : 4 * k + 4], "big") for k in range(1, size + 1)]
            text = text[starts[0] : starts[1] if size > 1 else None].decode()
        message = json.loads(text)
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = content["data"].get("state", {})
        elif kind == "comm_close":
            self.widgets.pop(content["comm_id"], None)
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
        else:
            return False
        return True

    def until(self, true: Any) -> float:
        """Take messages until something is true; return after how many seconds it was."""
        begin = time.perf_counter()
        while not true():
            try:
                self.take()
            except Exception as error:
                raise Lost(f"{type(error).__name__}: {error}") from error
            if time.perf_counter() - begin > PATIENCE:
                raise Lost("the server took too long")
        return time.perf_counter() - begin

    def findings(self) -> list[dict[str, Any]]:
        """Return what is said below the four charts, with the link of what it is said of."""
        return [
            widget["said"]
            for widget in self.widgets.values()
            if isinstance(widget.get("said"), dict)
        ]

    def texts(self) -> list[str]:
        """Return the four sentences."""
        return [one["finding"] for one in self.findings()]

    def is_whole(self, has: str = "") -> bool:
        """Whether all runs are there, of a link that has this in it."""
        found = self.findings()
        return len(found) == 4 and all(
            one["state"] == "whole" and has in one["link"] for one in found
        )

    def release(self, lever: str, value: float) -> tuple[float, float]:
        """Let go of a slider; return the seconds to the first changed finding and to all runs."""
        card = next(
            model
            for model, widget in self.widgets.items()
            if isinstance(widget.get("card"), dict) and widget["card"].get("name") == lever
        )
        before = self.texts()
        begin = time.perf_counter()
        self._send(
            "comm_msg",
            {
                "comm_id": card,
                "data": {
                    "method": "custom",
                    "content": {"event": "set_value", "data": value},
                },
            },
        )
        # The link is in the findings only when they are of what was chosen last.
        self.until(lambda: any(f"{lever}=" in one["link"] for one in self.findings()))
        self.until(lambda: self.texts() != before)
        first = time.perf_counter() - begin
        self.until(lambda: self.is_whole(f"{lever}="))
        return first, time.perf_counter() - begin

    def leave(self) -> None:
        """Close the page as a browser does."""
        request = urllib.request.Request(
            f"{self.address}/_solara/api/close/{self.kernel}?session_id={self.page}",
            data=b"",
            headers={"Origin": self.address},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE):
            pass
        self.open.close()
