"""What a page may say to its session, and what a stranger's script may not."""

from types import SimpleNamespace

import pytest
from comm.base_comm import CommManager

from alliances.dashboards.server.messages import (
    CONTROL,
    MOST_OPEN,
    MOST_PARTS,
    Readable,
    is_allowed,
    is_readable,
    keep_to_it,
)
from tests.dashboards.loop import in_a_loop


def message(kind, data=None, *, header=None, **content):
    return {
        "header": {"msg_type": kind, **(header or {})},
        "parent_header": {},
        "metadata": {},
        "channel": "shell",
        "buffers": [],
        "content": {"comm_id": "x", "data": data, **content},
    }


def said(event, data=None):
    return message("comm_msg", {"method": "custom", "content": {"event": event, "data": data}})


def put(**state):
    return message("comm_msg", {"method": "update", "state": state, "buffer_paths": []})


RUN = {"path": "/explore?months=24", "dark": False, "themes": {"light": {}}, "appName": None}


@pytest.mark.parametrize(
    "given",
    [
        message("kernel_info_request"),
        message("comm_open", {}, target_name=CONTROL),
        message("comm_open", {}, target_name="jupyter.widget.control"),
        message("comm_close", {}),
        message("comm_msg", {"method": "run", "args": RUN}),
        message("comm_msg", {"method": "app-status"}),
        message("comm_msg", {"method": "request_states"}),
        put(dark_effective=True),
        put(location="/explore?months=24"),
        said("set_value", 0.5),
        said("click.prevent.stop", {"altKey": False}),
        said("act", {"what": "add"}),
        said("give", {"name": "roster.csv", "data": "QUJD" * 500_000}),
    ],
)
def test_what_our_pages_say_is_done(given):
    assert is_allowed(given)


DEEP: list = []
for _ in range(100):
    DEEP = [DEEP]
CALL = {"create_widget": ["logging", "basicConfig"], "props": {"filename": "x"}, "id": "y"}


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {},
        {"header": {}},
        message("execute_request", code="1"),
        message(["comm_msg"]),
        message("comm_open", {}, target_name="jupyter.widget"),
        message("comm_msg", {"method": "custom", "content": CALL}),
        message("comm_msg", {"method": "custom", "content": {**CALL, "event": "press"}}),
        message("comm_msg", {"method": "custom", "content": {"update_ref": {}, "id": "y"}}),
        message("comm_msg", {"method": "custom", "content": "press"}),
        message("comm_msg", {"method": "evict"}),
        message("comm_msg", {"method": "run", "args": {"path": 5}}),
        message("comm_msg", {"method": ["run"]}),
        message("comm_msg", {"method": "run", "args": {"path": "//["}}),
        message("comm_msg", {"method": "run", "args": {**RUN, "themes": 5}}),
        message("comm_msg", {"method": "run", "args": {**RUN, "dark": []}}),
        message("comm_open", {}, target_name=CONTROL, comm_id=5),
        message("comm_msg", {"method": "app-status"}, comm_id=["a"]),
        message("comm_close", {}, comm_id=None),
        {**message("kernel_info_request"), "channel": None},
        {**message("kernel_info_request"), "metadata": None},
        put(template="<script>"),
        put(children=["IPY_MODEL_x"]),
        said("__class__", 1),
        said(["press"]),
        said("press", float("nan")),
        said("press", DEEP),
        said("press", "\ud800"),
        said("press", "a" * 100_000),
        said("give", {"name": "a" * 100_000, "data": ""}),
        said("give", {"name": "a", "data": ["QUJD"] * 20_000}),
        message("comm_msg", {"method": "app-status"}, header={"session": "a" * 100_000}),
        {**said("press", "a"), "buffers": [b"a"]},
    ],
)
def test_anything_else_is_not(given):
    assert not is_allowed(given)


def test_what_would_take_much_to_parse_is_not_parsed():
    assert is_readable("a" * 4_000_000)
    assert not is_readable("[]," * MOST_PARTS)
    assert not is_readable(None)


def test_a_page_that_sends_bytes_is_ended():
    given = [
        {"type": "websocket.receive", "text": "{}"},
        {"type": "websocket.receive", "bytes": b"\x7f\xff\xff\xff"},
    ]

    async def receive():
        return given.pop(0)

    async def main():
        page = Readable(receive)
        assert (await page())["text"] == "{}"
        assert (await page())["type"] == "websocket.disconnect"

    in_a_loop(main())


def test_what_is_not_allowed_is_left_undone_and_the_page_goes_on():
    done = []

    def of_all(_, given):
        done.append(given)
        return True

    server, kernel = SimpleNamespace(process_kernel_messages=of_all), SimpleNamespace()
    keep_to_it(server)
    keep_to_it(server)
    assert server.process_kernel_messages(kernel, said("press", "next"))
    assert server.process_kernel_messages(kernel, message("comm_msg", CALL))
    assert done == [said("press", "next")]
    for nonsense in ({}, [], message("execute_request", code="1"), {"header": {"msg_type": []}}):
        assert not server.process_kernel_messages(kernel, nonsense)  # which ends the page


def test_a_page_comes_back_however_often_its_connection_was_lost():
    """Each time it opens a channel more; only so many are remembered, and its controls all are."""
    channels = CommManager()
    control = SimpleNamespace(comm_id="lever", target_name="jupyter.widget")
    channels.register_comm(control)

    def open_one(kernel, given):
        name = given["content"]["comm_id"]
        kernel.comm_manager.register_comm(SimpleNamespace(comm_id=name, target_name=CONTROL))
        return True

    server = SimpleNamespace(process_kernel_messages=open_one)
    keep_to_it(server)
    for number in range(3 * MOST_OPEN):
        given = message("comm_open", {}, target_name=CONTROL, comm_id=f"{number}")
        assert server.process_kernel_messages(SimpleNamespace(comm_manager=channels), given)
        assert f"{number}" in channels.comms
    assert len(channels.comms) == MOST_OPEN + 1
    assert channels.comms["lever"] is control
