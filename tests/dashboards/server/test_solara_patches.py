"""What is replaced in Solara, and what is relied on: each is missed when it is taken out."""

import json
import subprocess
import sys

import pytest

from tests.browser.chromium import ROOT, free_port


@pytest.fixture(scope="module")
def said():
    """Return what a program of its own tells, in which Solara's server is there."""
    program = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.dashboards.server.taken_out",
        f"{free_port()}",
    ]
    found = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(found.stdout)


def test_all_is_in_force_once_it_is_put_in_and_not_before(said):
    assert "nothing is served" in said["before"]
    assert said["whole"] == ""


def test_each_is_missed_when_it_is_taken_out(said):
    for words, refusal in said["taken"]:
        assert words in refusal
        assert "solara==1.64" in refusal
    for seam in said["seams"]:
        assert any(seam in refusal for _, refusal in said["taken"]), seam


def test_the_server_does_not_start_without_one(said):
    status, told = said["ended"]
    assert status == 2
    assert "alliances: with Solara" in told
    assert "Traceback" not in told


def test_who_left_is_known_from_their_pages(said):
    assert said["left"] == [False, False, True, False]


def test_what_tidies_does_not_hold_the_session_that_has_ended(said):
    assert said["held"] == [False]


def test_a_fault_is_answered_as_everything_is(said):
    status, policy, text, _ = said["answered"]
    assert status == 500
    assert "default-src 'self'" in policy
    assert "The fault is the server" in text


def test_a_page_that_makes_its_connection_fail_fills_no_log(said):
    logged = said["answered"][-1]
    assert "ended: KeyError" in logged
    assert logged.count("\n") == 1
