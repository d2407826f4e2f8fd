"""Addresses under which a page's numbers can be taken away; the link holds what they are of.

Nothing is kept for a visitor: the address says what was chosen, and the runs are those that the
page shows, made again if they have been forgotten meanwhile.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import anyio
import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from alliances.dashboards.keep.brief import brief
from alliances.dashboards.keep.comparison_brief import comparison_brief
from alliances.dashboards.keep.sheet import Sheet, SheetArm
from alliances.dashboards.keep.tables import TABLES
from alliances.dashboards.server.guard import numbered
from alliances.dashboards.server.site import say
from alliances.dashboards.web.compare.words import title_of
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import LinkError, read_search
from alliances.dashboards.web.shared.comparing import Comparing, read_comparing
from alliances.experiments.compare.scenarios import AgainstToday, compare_scenarios
from alliances.experiments.output.figures import ROW, figure_bytes, lines_figure
from alliances.experiments.output.safe_csv import csv_text
from alliances.experiments.runs.ensemble import STAGES, run_pair
from alliances.experiments.runs.outcomes import STAGES as OUTCOME_STAGES
from alliances.model.input.errors import UserError
from alliances.model.places.place import PlaceError
from alliances.model.scenario import ScenarioError

PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
MOST_CHARTS = 4  # on the page to print, so that it stays one
TODAYS = "today's practice"
LOW = 2.0  # inches of a row of charts on the page to print
LOWER = 1.7  # the same, where several scenarios take more room
WAITING = 20  # files that may be waited for at a time
WAITING_EACH = 10  # of these at one address, so that others find a place
GONE = 499  # nobody reads it: the visitor did not wait
BUSY = 10  # seconds after which a visitor may ask again


def explore_sheet(search: str) -> Sheet:
    """Return what the page Explore shows for a link.

    Raises
    ------
    LinkError
        If the link cannot be opened.
    """
    from alliances.dashboards.web.explore.session import KEPT

    choice, _ = read_search(search)
    pair = choice.pair()
    found: list = []
    run_pair(pair, found.append, store=KEPT, stages=STAGES[-1:])
    return Sheet(
        title="Today's practice and yours",
        link=f"/explore?{choice.to_search()}",
        seed=pair.seed,
        charts=choice.charts,
        arms=(
            SheetArm("today", pair.a, found[-1].a, TODAYS),
            SheetArm("yours", pair.b, found[-1].b),
        ),
        last=found[-1].last,
    )


def compare_sheet(search: str) -> Sheet:
    """Return the scenarios of the page Compare beside today's practice, for a link.

    Raises
    ------
    LinkError
        If the link cannot be opened, or its scenarios do not share what they are held against.
    """
    from alliances.dashboards.web.explore.session import KEPT

    comparing, _ = read_comparing(search)
    arms: list[SheetArm] = []
    last = 12
    for letter in comparing.letters():
        pair = comparing.whole(letter).pair()
        if arms and pair.a != arms[0].scenario:
            raise LinkError(
                f"scenario {letter} is held against another place or another today than "
                f"{arms[1].name}: take them away one at a time, from the page Explore."
            )
        found: list = []
        run_pair(pair, found.append, store=KEPT, stages=STAGES[-1:])
        if not arms:
            arms.append(SheetArm("today", pair.a, found[-1].a, TODAYS))
        title = title_of(comparing.slot(letter) or comparing.whole(letter))
        arms.append(SheetArm(letter, pair.b, found[-1].b, title))
        last = found[-1].last
    return Sheet(
        title="Today's practice and up to three scenarios",
        link=f"/compare?{comparing.to_search()}",
        seed=comparing.seed,
        charts=comparing.measures,
        arms=tuple(arms),
        last=last,
        comparing=comparing,
    )


def against_today(comparing: Comparing) -> AgainstToday:
    """Return what came of a comparison, its groups of organisations too."""
    from alliances.dashboards.web.compare.session import OUTCOMES

    found: list[AgainstToday] = []
    compare_scenarios(comparing.asked(), found.append, store=OUTCOMES, stages=OUTCOME_STAGES[-1:])
    return found[-1]


# What can be taken away, by the page that shows it: how to read that page's links.
PAGES: dict[str, Callable[[str], Sheet]] = {"explore": explore_sheet, "compare": compare_sheet}
OF_ONE = frozenset({"scenario.toml"})  # of one scenario, so not of a comparison


def picture(sheet: Sheet, kind: str, row: float = ROW, *, key: bool = True) -> bytes:
    """Return the charts of a sheet as a file that says where it comes from."""
    arms = [(arm.name, arm.title or arm.scenario.name, arm.values) for arm in sheet.arms]
    figure = lines_figure(
        arms,
        sheet.charts,
        f"{sheet.runs} matched runs, seed {sheet.seed}, {sheet.months} months.",
        row=row,
        key=key,
    )
    return figure_bytes(figure, kind, Title=sheet.title, Description=sheet.provenance())


@dataclass(frozen=True)
class File:
    """A file as it is sent.

    Attributes
    ----------
    body : bytes
        What is in it.
    kind : str
        Its media type.
    headers : mapping
        Further headers.
    """

    body: bytes
    kind: str
    headers: Mapping[str, str] = field(default_factory=dict)


def _table(name: str) -> Callable[[Sheet], File]:
    def made(sheet: Sheet) -> File:
        return File(csv_text(TABLES[name](sheet)).encode(), "text/csv; charset=utf-8")

    return made


def _picture(kind: str) -> Callable[[Sheet], File]:
    return lambda sheet: File(picture(sheet, kind), PICTURES[kind])


def _scenario(sheet: Sheet) -> File:
    return File(sheet.arms[-1].scenario.to_toml().encode(), "application/toml; charset=utf-8")


def _brief(sheet: Sheet) -> File:
    sheet = replace(sheet, charts=sheet.charts[:MOST_CHARTS])
    if sheet.comparing is None:
        page = brief(sheet, picture(sheet, "svg", LOW))
    else:
        against = against_today(sheet.comparing)
        page = comparison_brief(sheet, against, picture(sheet, "svg", LOWER, key=False))
    body, policy = numbered(page.encode())
    return File(body, "text/html; charset=utf-8", {"Content-Security-Policy": policy})


FILES: Mapping[str, Callable[[Sheet], File]] = {
    **{f"{name}.csv": _table(name) for name in TABLES},
    **{f"charts.{kind}": _picture(kind) for kind in PICTURES},
    "scenario.toml": _scenario,
    "brief.html": _brief,
}
OPENED = frozenset({"brief.html"})  # in the browser; the others are saved


_waiting: Counter[str] = Counter()  # by address


@cache
def _turn() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(1)


async def send(request: Request) -> Response:
    """Send a file of what a page shows."""
    page, name = request.path_params["page"], request.path_params["name"]
    if page not in PAGES or name not in FILES or (page == "compare" and name in OF_ONE):
        raise HTTPException(404)
    if not warming.READY.is_set():
        return say(503, "Not yet", "The model is being compiled. Ask again in a minute.", 20)
    address = request.client.host if request.client is not None else ""
    if _turn().statistics().tasks_waiting >= WAITING or _waiting[address] >= WAITING_EACH:
        return say(503, "Busy", "Many files are being made. This page tries again.", BUSY)
    search = request.url.query

    def work() -> File:
        return FILES[name](PAGES[page](search))

    await request.body()  # there is none; what comes after it is that the visitor has gone
    _waiting[address] += 1
    try:
        async with _turn():
            if await request.is_disconnected():
                return Response(status_code=GONE)
            made = await anyio.to_thread.run_sync(work)
    except LinkError as error:
        return say(400, "The link could not be opened", str(error))
    except (UserError, ScenarioError, PlaceError) as error:
        return say(400, "The model could not be run", str(error))
    finally:
        _waiting[address] -= 1
        if not _waiting[address]:
            del _waiting[address]
    headers = {"Cache-Control": "no-store", **made.headers}
    if name not in OPENED:
        headers["Content-Disposition"] = f'attachment; filename="alliances-{name}"'
    return Response(made.body, media_type=made.kind, headers=headers)


def routes() -> list[BaseRoute]:
    """Return the routes of downloads."""
    return [Route("/download/{page}/{name}", send)]
