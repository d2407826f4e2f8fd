"""A page that fails shows that it failed, no traceback, and takes nothing else with it."""

import logging

import solara

from alliances.dashboards.web.parts.boundary import Boundary
from alliances.dashboards.web.parts.text import element
from tests.dashboards.visit import Visit

place = solara.reactive("bad")


@solara.component
def Page():
    if place.value == "bad":
        raise RuntimeError("secret of the program")
    element("p", "All is well")


@solara.component
def Whole():
    element("p", "The frame")
    Boundary(place.value, [Page()])


def test_a_fault_of_a_page_is_told_without_its_insides(caplog):
    place.set("bad")
    with caplog.at_level(logging.ERROR, "dashboards"):
        here = Visit(Whole)
    try:
        assert "This page cannot be shown" in here.texts()
        assert "The frame" in here.texts()
        assert "secret" not in here.texts()
        assert "secret of the program" in caplog.text
        place.set("good")
        here.until(lambda: "All is well" in here.texts())
        assert "cannot be shown" not in here.texts()
    finally:
        here.close()
