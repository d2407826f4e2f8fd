"""A loop for what is asynchronous: tests in a browser leave one running in the main thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def in_a_loop[Found](work: Coroutine[Any, Any, Found]) -> Found:
    """Run something in a loop of its own, in a thread of its own; return what it returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
