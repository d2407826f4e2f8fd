"""The examples in docstrings come out as they say, in modules as a user imports them."""

import doctest
import importlib

import pytest

from alliances import ROOT

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
MODULES = [
    "alliances",
    *(
        ".".join(("alliances", *path.relative_to(ROOT).with_suffix("").parts))
        for folder in ("model", "experiments", "dashboards")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if ">>> " in path.read_text(encoding="utf-8")
    ),
]


@pytest.mark.parametrize("module", MODULES)
def test_examples(module):
    failed, tried = doctest.testmod(importlib.import_module(module), optionflags=FLAGS)
    assert tried
    assert not failed, "the output above says what came out"
