"""Effects of claims beside what would matter, as ECharts reads them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliances.dashboards.charts.echarts import paint
from alliances.experiments.evidence.reading import WeighedClaim

MOST_ROWS = 40
FARTHEST = 8.0  # times what would matter: what is larger is drawn there
SYMBOLS = {
    "supported": ("circle", 10),
    "open": ("diamond", 12),
    "contradicted": ("path://M2 0L10 8L18 0L20 2L12 10L20 18L18 20L10 12L2 20L0 18L8 10L0 2Z", 11),
}


def effects_option(
    drawn: Sequence[WeighedClaim], every: Sequence[WeighedClaim], *, dark: bool
) -> dict[str, Any]:
    """Return the effects of claims in units of the smallest that matters, claimed way to the right.

    Parameters
    ----------
    drawn : sequence of WeighedClaim
        What is drawn.
    every : sequence of WeighedClaim
        What they are numbered in.
    dark : bool
        Whether the page is dark.
    """
    colours = paint(dark=dark)
    colour_of = {"supported": colours.today, "open": colours.soft, "contradicted": colours.mine}
    number_of = {claim.key: number for number, claim in enumerate(every, 1)}
    ends = [np.clip(claim.in_smallest(), -FARTHEST, FARTHEST).tolist() for claim in drawn]
    reach = max([1.5, *(abs(end) for one in ends for end in one)])

    def dot(k: int) -> dict[str, Any]:
        verdict = drawn[k].text("verdict")
        symbol, size = SYMBOLS.get(verdict, SYMBOLS["open"])
        colour = colour_of.get(verdict, colours.soft)
        return {
            "value": [round(ends[k][0], 3), k],
            "symbol": symbol,
            "symbolSize": size,
            "itemStyle": {"color": colour},
        }

    def line(k: int) -> dict[str, Any]:
        colour = colour_of.get(drawn[k].text("verdict"), colours.soft)
        return {
            "type": "line",
            "silent": True,
            "animation": False,
            "showSymbol": False,
            "lineStyle": {"color": colour, "width": 3},
            "data": [[round(ends[k][1], 3), k], [round(ends[k][2], 3), k]],
        }

    return {
        "animation": False,
        "backgroundColor": "transparent",
        "aria": {"enabled": False},  # the list and the table say it better
        "grid": {"left": 8, "right": 16, "top": 8, "bottom": 36, "containLabel": True},
        "xAxis": {
            "type": "value",
            "min": -round(reach + 0.3, 1),
            "max": round(reach + 0.3, 1),
            "name": "times what would matter",
            "nameLocation": "middle",
            "nameGap": 24,
            "nameTextStyle": {"color": colours.soft, "fontSize": 12},
            "axisLabel": {"color": colours.soft, "showMinLabel": False, "showMaxLabel": False},
            "splitLine": {"lineStyle": {"color": colours.grid}},
        },
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [str(number_of[claim.key]) for claim in drawn],
            "axisTick": {"show": False},
            "axisLine": {"show": False},
            "axisLabel": {"color": colours.soft, "interval": 0},
        },
        "series": [
            *(line(k) for k in range(len(drawn))),
            {
                "type": "scatter",
                "silent": True,
                "animation": False,
                "z": 5,
                "data": [dot(k) for k in range(len(drawn))],
                "markArea": {
                    "silent": True,
                    "itemStyle": {"color": colours.grid, "opacity": 0.7},
                    "data": [[{"xAxis": -1}, {"xAxis": 1}]],
                },
            },
        ],
    }
