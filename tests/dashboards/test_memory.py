"""Memory of the server: one heap, and what is free goes back, once for many sessions."""

import platform
import subprocess
import sys
import threading

import pytest

from alliances.dashboards import memory
from tests.browser.chromium import ROOT

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps are glibc's")


def said(program: str) -> str:
    """Return what a program of its own prints."""
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout


@glibc
def test_threads_share_one_heap():
    # Many threads take memory at the same time; then the C library writes down its heaps.
    program = """
import ctypes, threading
from alliances.dashboards.memory import one_heap
one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(8)
def take():
    together.wait()
    for _ in range(1000):
        libc.malloc(1000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""
    assert said(program).count("<heap nr=") == 1


@glibc
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_is_free_between_what_is_held_goes_back():
    program = """
import ctypes
from alliances.dashboards.memory import give_back
from tests.waiting import PATIENCE
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6
taken = [libc.malloc(1000) for _ in range(100_000)]
for block in taken:
    ctypes.memset(block, 1, 1000)
for number, block in enumerate(taken):
    if number % 1000 != 999:  # some are held, up to the last one
        libc.free(block)
before = resident()
give_back()
print(before - resident())
"""
    assert float(said(program)) > 50.0


def test_many_that_end_together_are_tidied_once(monkeypatch):
    """The pause ends when this test says so."""
    given, timers = [], []

    class Timer(threading.Timer):
        def start(self) -> None:
            timers.append(self)

    monkeypatch.setattr(memory.threading, "Timer", Timer)
    monkeypatch.setattr(memory, "give_back", lambda: given.append(1))
    tidying = memory.Tidying()
    for count in (1, 2):
        for _ in range(20):
            tidying.soon()
        assert len(timers) == count
        timers[-1].function()
        assert len(given) == count
