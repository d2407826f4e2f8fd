"""What is served and what is not, asked of a real server by hand."""

import contextlib
import http.client
import json
import re
import socket
from contextlib import ExitStack
from uuid import uuid4

import pytest
from starlette.routing import Route
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from alliances.dashboards.server import site
from tests.benchmarks.visitor import Visitor
from tests.browser.chromium import served
from tests.waiting import PATIENCE, until

PLACES = 15
SMALL = "months=24&organisations=10"


@pytest.fixture(scope="module")
def port():
    with served("--places", str(PLACES)) as (address, _):
        yield int(address.rsplit(":", 1)[1])


def get(port, path, method="GET", body=None, **headers):
    """Return status, headers and text; headers' names have _ for -."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    asked.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = asked.getresponse()
    found = answer.status, answer.headers, answer.read().decode(errors="replace")
    asked.close()
    return found


def as_it_is(port, path):
    """Return the answer to a path that no client has put right."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as asked:
        asked.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        found = b""
        while piece := asked.recv(65_536):
            found += piece
    return found


def session(port, kernel, **headers):
    return connect(
        f"ws://127.0.0.1:{port}/jupyter/api/kernels/{kernel}/channels?session_id={uuid4()}",
        additional_headers=headers,
        open_timeout=PATIENCE,
    )


def test_health_says_what_there_is(port):
    status, _, text = get(port, "/health")
    assert status == 200
    said = json.loads(text)
    assert said["most_sessions"] == PLACES
    assert said["version"]


def test_a_page_comes_with_numbered_scripts_and_only_own_addresses(port):
    status, headers, text = get(port, "/explore?case=today")
    assert status == 200
    number = re.search(r"'nonce-([^']+)'", headers["Content-Security-Policy"]).group(1)
    scripts = re.findall(r"<script[^>]*>", text)
    assert len(scripts) > 5
    assert all(f'nonce="{number}"' in script for script in scripts)
    assert headers["Cache-Control"] == "no-store"
    for address in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert address.startswith(("/static/", "/_solara/cdn/")), address
        assert get(port, address)[0] == 200, address


def test_nothing_of_a_visitors_stands_in_the_page_unescaped(port):
    status, _, text = get(port, "/explore?x=<script>alert(1)</script>", script_name="/<script>")
    assert status == 200
    assert "alert(1)" not in text
    assert "<script>" not in text


def test_the_first_visitors_headers_do_not_move_the_pages_for_others(port):
    get(port, "/explore", x_script_name="/elsewhere", script_name="/elsewhere")
    status, _, text = get(port, "/explore")
    assert status == 200
    assert "/elsewhere" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/static/public/../../pyproject.toml",
        "/static/assets/../../pyproject.toml",
        "/static/assets/..%2f..%2fpyproject.toml",
        "/static/assets/%2e%2e/%2e%2e/pyproject.toml",
        "/static/assets//etc/passwd",
        "/static/..%5c..%5cetc%5cpasswd",
        "/_solara/cdn/../../../../../etc/passwd",
        "/_solara/cdn/%2e%2e/%2e%2e/%2e%2e/pyvenv.cfg",
        "/_solara/cdn//etc/passwd",
        "/jupyter/nbextensions/../../../etc/passwd",
        "/jupyter/nbextensions/..%2f..%2f..%2fpyvenv.cfg",
        "/pyproject.toml",
        "/results/README.md",
        "/explore/../../etc/passwd",
        "/static/assets/custom.css%00.png",
    ],
)
def test_no_file_is_served_but_what_pages_are_made_of(port, path):
    answer = as_it_is(port, path)
    status = int(answer.split(b" ", 2)[1])
    assert b"root:" not in answer
    assert b'unequal-alliances"' not in answer
    assert b"include-system-site-packages" not in answer
    assert status in (400, 404), (path, answer[:200])


def test_what_is_no_request_is_answered_as_everything_is(port):
    """By the connections that are ours; uvicorn's own would say nothing to the browser."""
    answer = as_it_is(port, "/ x")
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"nosniff" in answer
    with pytest.raises(InvalidStatus) as refused, session(port, uuid4(), Origin="http://["):
        pass
    assert refused.value.response.status_code == 403
    assert refused.value.response.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_here_is_not_fetched_from_elsewhere(port):
    status, headers, _ = get(port, "/_solara/cdn/left-pad@1.3.0/index.js")
    assert status == 404
    assert headers["Content-Type"].startswith("text/html")


def test_the_servers_insides_are_not_told(port):
    assert get(port, "/resourcez")[0] == 404
    assert get(port, f"/_solara/api/evict/{uuid4()}", "POST")[0] in (404, 405)
    status, headers, text = get(port, "/nonsense/of/somebody")
    assert status == 404
    assert "There is no such page" in text
    assert "uvicorn" not in str(headers).lower()


def test_foreign_names_pages_and_large_bodies_are_refused(port):
    assert get(port, "/", Host="evil.example")[0] == 421
    close = f"/_solara/api/close/{uuid4()}?session_id=x"
    assert get(port, close, "POST", Origin="http://evil.example")[0] == 403
    assert get(port, close, "POST", body=b"x" * 6_000_000)[0] == 413
    with pytest.raises(InvalidStatus), session(port, uuid4(), Origin="http://evil.example"):
        pass


def test_what_does_not_say_which_page_it_is_of_is_refused(port):
    assert get(port, f"/_solara/api/close/{uuid4()}", "POST")[0] == 400
    with (
        pytest.raises(InvalidStatus),
        connect(
            f"ws://127.0.0.1:{port}/jupyter/api/kernels/{uuid4()}/channels", open_timeout=PATIENCE
        ),
    ):
        pass
    forwarded = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "ftp"}
    status, headers, _ = get(port, "/explore", **forwarded)
    assert status == 200
    assert "httponly" in headers["Set-Cookie"].lower()


def test_nonsense_on_a_page_ends_that_page_only(port):
    for nonsense in ("{", '{"header": {}}', b"\x00\xff" * 40, "[" * 10_000):
        with session(port, uuid4()) as bad:
            with contextlib.suppress(ConnectionClosed):
                bad.send(nonsense)
            for _ in bad:  # until the server ends it
                pass
    assert get(port, "/health")[0] == 200
    assert get(port, "/explore")[0] == 200


def test_no_strangers_script_can_call_what_is_on_the_machine(port, tmp_path):
    """The machinery would import any module and call it: here one that empties a file."""
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    page = Visitor(f"http://127.0.0.1:{port}", f"/explore?{SMALL}")
    control = next(model for model, widget in page.widgets.items() if widget.get("events"))
    call = {
        "create_widget": ["logging", "basicConfig"],
        "props": {"filename": str(precious), "filemode": "w", "force": True},
        "id": "x",
    }
    data = {"method": "custom", "content": call}
    page._send("comm_msg", {"comm_id": control, "data": data})
    page.release("competition", 20)  # answered after that; the page goes on
    page.leave()
    assert precious.read_text() == "precious"


def test_without_a_place_a_visitor_is_told_so(port):
    with ExitStack() as stack:
        for _ in range(PLACES):
            stack.enter_context(session(port, uuid4()))
        until(lambda: json.loads(get(port, "/health")[2])["sessions"] == PLACES)
        status, headers, text = get(port, "/explore")
        assert status == 503
        assert f"All {PLACES} places of this server are taken" in text
        assert 'http-equiv="refresh"' in text
        assert headers["Retry-After"]
        with pytest.raises(InvalidStatus), session(port, uuid4()):
            pass
        assert get(port, "/static/assets/custom.css")[0] == 200
    # Those who left without a word make room for the next.
    until(lambda: get(port, "/explore")[0] == 200)


def test_files_can_be_taken_away(port):
    until(lambda: json.loads(get(port, "/health")[2])["ready"])
    status, headers, text = get(port, f"/download/explore/differences.csv?{SMALL}")
    assert status == 200
    assert text.startswith("against,scenario,measure")
    assert 'filename="alliances-differences.csv"' in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"explore/differences.csv?{SMALL}&connectors=99999", 400, "connectors was"),
        ("explore/differences.csv?x=%3Cscript%3E", 400, "does not know"),
        (f"explore/differences.csv?{SMALL}&case=../../etc/passwd", 400, "there is no case"),
        (f"explore/differences.csv?{'a' * 9_000}=1", 400, "longer than"),
        (f"explore/pyproject.toml?{SMALL}", 404, "Nothing is served"),
        (f"elsewhere/differences.csv?{SMALL}", 404, "Nothing is served"),
        (f"explore/..%2f..%2fpyproject.toml?{SMALL}", 404, "Nothing is served"),
    ],
)
def test_files_of_nonsense_are_refused_in_words(port, path, status, said):
    until(lambda: json.loads(get(port, "/health")[2])["ready"])
    found, _, text = get(port, f"/download/{path}")
    assert found == status
    assert said in text
    assert "<script" not in text
    assert "Traceback" not in text


def test_packages_add_routes_if_they_are_there(monkeypatch):
    class Package:
        @staticmethod
        def routes():
            return [Route("/added", lambda request: None)]

    monkeypatch.setattr(site.importlib, "import_module", lambda name: Package)
    monkeypatch.setattr(
        site.importlib.util, "find_spec", lambda name: object() if name == "there" else None
    )
    assert [route.path for route in site.added_routes(["there", "not_there"])] == ["/added"]
