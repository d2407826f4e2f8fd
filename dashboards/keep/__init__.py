"""What visitors take away: tables, figures and a page to print, by addresses that hold the state.

A package like this one adds routes to the site; see `alliances.dashboards.server.site`.
"""

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """Return the routes of downloads."""
    from alliances.dashboards.keep.downloads import routes as found

    return found()
