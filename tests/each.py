"""One test of many cases: all are tried, and those that fail are told in one message."""

import functools
import inspect
from collections.abc import Callable, Iterable
from types import TracebackType

import pytest


class Faults:
    """Collects what fails, by what it was."""

    def __init__(self) -> None:
        self.found: list[BaseException] = []
        self.told: list[str] = []

    def of(self, case: object) -> "Faults":
        self.case = str(getattr(case, "name", case))[:200]
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type | None, fault: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(fault, (Exception, pytest.fail.Exception)):
            return False
        self.found.append(fault)
        self.told.append(f"{self.case}: {type(fault).__name__}: {fault}")
        return True


def each(names: str, cases: Iterable[object]) -> Callable:
    """Give a test every case in turn: `pytest.mark.parametrize` as a single test.

    For cases that come from a table of the project, where one fault often fails hundreds.
    """
    keys, known = names.split(), list(cases)
    assert known, "no cases"

    def decorate(test: Callable) -> Callable:
        @functools.wraps(test)
        def tried(**fixtures: object) -> None:
            faults = Faults()
            for case in known:
                values = case if len(keys) > 1 else (case,)
                with faults.of(case):
                    test(**dict(zip(keys, values, strict=True)), **fixtures)
            if faults.found:
                told = "\n".join(faults.told)
                message = f"{len(faults.found)} of {len(known)} cases fail:\n{told}"
                raise AssertionError(message) from faults.found[0]

        signature = inspect.signature(test)
        rest = [one for name, one in signature.parameters.items() if name not in keys]
        tried.__signature__ = signature.replace(parameters=rest)
        return tried

    return decorate
