"""Effects of claims beside what would matter, as ECharts reads them."""

from collections.abc import Sequence

import numpy as np

from alliances.dashboards.charts.echarts import Option, axis, framed, line, names_axis, paint
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
) -> Option:
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

    def dot(k: int) -> Option:
        verdict = drawn[k].text("verdict")
        symbol, size = SYMBOLS.get(verdict, SYMBOLS["open"])
        colour = colour_of.get(verdict, colours.soft)
        return {
            "value": [round(ends[k][0], 3), k],
            "symbol": symbol,
            "symbolSize": size,
            "itemStyle": {"color": colour},
        }

    def interval(k: int) -> Option:
        colour = colour_of.get(drawn[k].text("verdict"), colours.soft)
        span = [[round(end, 3), k] for end in ends[k][1:]]
        return line("", span, colour, 2, width=3)

    return framed(
        [
            *(interval(k) for k in range(len(drawn))),
            {
                "type": "scatter",
                "z": 5,
                "data": [dot(k) for k in range(len(drawn))],
                "markArea": {
                    "silent": True,
                    "itemStyle": {"color": colours.grid, "opacity": 0.7},
                    "data": [[{"xAxis": -1}, {"xAxis": 1}]],
                },
            },
        ],
        right=16,
        bottom=36,
        xAxis=axis(
            dark,
            type="value",
            min=-round(reach + 0.3, 1),
            max=round(reach + 0.3, 1),
            name="times what would matter",
            nameGap=24,
            axisLabel={"showMinLabel": False, "showMaxLabel": False},
        ),
        yAxis=names_axis(dark, [str(number_of[claim.key]) for claim in drawn], color=colours.soft),
    )
