"""What a page may say to its session: what our own pages say, and nothing else.

The machinery below would do far more. Of a message that asks for it, ipyvue imports any module and
calls what is in it, and any setting of any control can be set: with that a stranger's script could
do on this machine whatever the server may. So what is not on the lists below is left undone, and
what cannot be a message of ours at all ends the page that sent it.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from starlette.types import Message, Receive

MOST_PARTS = 4_000  # entries of one message; a file that is given is one long text
MOST_TEXT = 40_000  # characters of a message besides a file; a link can have 8,000
DEEPEST = 12
CONTROL = "solara.control"
# Opened by a page: to run, and to come back after its connection was lost.
TARGETS = frozenset({CONTROL, "jupyter.widget.control"})
MOST_OPEN = 40  # of these, of one page; the oldest gives way
ASKED = frozenset({"kernel_info_request", "comm_info_request", "comm_close", "shutdown_request"})
KINDS = ASKED | {"comm_open", "comm_msg"}
METHODS = frozenset({"run", "app-status", "request_state", "request_states"})
# What the browser sets by itself: colours, a file being fetched, and a step in its history.
SET = frozenset({"dark_effective", "request_download", "location"})
EVENT = re.compile(r"[a-z][a-z_.]{0,59}")
_HALF = re.compile("[\ud800-\udfff]")  # of a letter, which no text holds
PATH = re.compile("/(?!/)")  # of a page; with two strokes at its beginning it names a server
FILE = "give"  # the one event that may carry much: a file


class Readable:
    """Receives what a page sends, and ends the page at what none of ours would send."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive

    async def __call__(self) -> Message:
        """Return the next message."""
        message = await self.receive()
        if message["type"] == "websocket.receive" and not is_readable(message.get("text")):
            return {"type": "websocket.disconnect", "code": 1003, "reason": ""}
        return message


def is_readable(text: str | None) -> bool:
    """Whether something is text that can be parsed without harm: few parts, however long each.

    Examples
    --------
    >>> is_readable('{"a": 1}'), is_readable(None), is_readable("[" * 10_000)
    (True, False, False)
    """
    return text is not None and sum(map(text.count, "[{,")) <= MOST_PARTS


def is_allowed(message: object) -> bool:
    """Whether a message, as it was parsed, is one that our pages send."""
    if not isinstance(message, dict) or message.get("buffers"):
        return False
    content = message.get("content")
    if not isinstance(content, dict):
        return False
    kind, data = kind_of(message), content.get("data")
    if not _is_whole(message, kind, content):
        return False
    if kind == "comm_msg":
        return isinstance(data, dict) and _is_said(message, data)
    if not is_small(message):
        return False
    if kind == "comm_open":
        return _is_one_of(content.get("target_name"), TARGETS)
    return kind in ASKED


def kind_of(message: object) -> str:
    """Return of which kind a message is; "" of none."""
    header = message.get("header") if isinstance(message, dict) else None
    kind = header.get("msg_type") if isinstance(header, dict) else None
    return kind if isinstance(kind, str) else ""


def _is_whole(message: Mapping[str, Any], kind: str, content: Mapping[str, Any]) -> bool:
    """Whether there is what the machinery takes for granted of any message of such a kind."""
    if kind in ("comm_open", "comm_msg", "comm_close") and not isinstance(
        content.get("comm_id"), str
    ):
        return False
    return isinstance(message.get("channel"), str) and all(
        isinstance(message.get(part), dict) for part in ("parent_header", "metadata")
    )


def _is_said(message: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    method, content = data.get("method"), data.get("content")
    if method == "custom":
        if not isinstance(content, dict) or not content.keys() <= {"event", "data"}:
            return False
        event = content.get("event")
        if not isinstance(event, str) or EVENT.fullmatch(event) is None:
            return False
        return is_small(_without_file(message, content) if event == FILE else message)
    if not is_small(message):
        return False
    if method == "update":
        state = data.get("state")
        return isinstance(state, dict) and state.keys() <= SET and not data.get("buffer_paths")
    if method == "run":
        given = data.get("args")
        return (
            isinstance(given, dict)
            and PATH.match(str(given.get("path"))) is not None
            and isinstance(given.get("themes"), dict | None)
            and isinstance(given.get("dark"), bool | None)
        )
    return _is_one_of(method, METHODS)


def _without_file(message: Mapping[str, Any], content: Mapping[str, Any]) -> list[object]:
    """Return all of a message but the text of the file in it."""
    given = content.get("data")
    rest = {name: part for name, part in message.items() if name != "content"}
    if not isinstance(given, dict) or not isinstance(given.get("data"), str):
        return [rest, content]
    return [rest, {name: part for name, part in given.items() if name != "data"}]


def _is_one_of(value: object, names: frozenset[str]) -> bool:
    return isinstance(value, str) and value in names


def is_small(value: object) -> bool:
    """Whether a parsed value is short, not deep, its texts are text and its numbers numbers.

    Examples
    --------
    >>> is_small({"a": [1, "b", None]}), is_small("a" * 100_000), is_small(float("inf"))
    (True, False, False)
    """
    left, todo = MOST_TEXT, [(value, 0)]
    while todo:
        part, depth = todo.pop()
        if isinstance(part, str):
            if _HALF.search(part):
                return False
            left -= len(part)
        elif isinstance(part, float) and not math.isfinite(part):
            return False
        elif isinstance(part, dict | list):
            if depth >= DEEPEST or len(part) > MOST_PARTS:
                return False
            if isinstance(part, dict):
                todo += [(name, depth + 1) for name in part]
                part = list(part.values())
            todo += [(one, depth + 1) for one in part]
        left -= 1
        if left < 0:
            return False
    return True


def make_room(channels: Any) -> None:
    """Forget the oldest channels that a page opened, so that it can open one more.

    Our pages open one whenever their connection comes back, and do not close it.

    Parameters
    ----------
    channels : comm.base_comm.CommManager
        All that there are of the page.
    """
    opened = [one for one in tuple(channels.comms.values()) if one.target_name in TARGETS]
    for one in opened[: max(0, len(opened) - MOST_OPEN + 1)]:
        channels.unregister_comm(one)


def keep_to_it(server: Any) -> None:
    """Let Solara's server do only what is allowed; what is not is left undone, or ends its page.

    Parameters
    ----------
    server : module
        `solara.server.server`.
    """
    if hasattr(server.process_kernel_messages, "of_all"):
        return
    of_all = server.process_kernel_messages

    def process(kernel: Any, message: dict[str, Any]) -> bool:
        if not is_allowed(message):
            return kind_of(message) in KINDS
        if kind_of(message) == "comm_open":
            make_room(kernel.comm_manager)
        return bool(of_all(kernel, message))

    process.of_all = of_all  # type: ignore[attr-defined]
    server.process_kernel_messages = process
