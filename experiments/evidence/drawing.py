"""The small figure of a claim: its effect over worlds, as SVG that needs no library."""

import numpy as np

from alliances.experiments.evidence.weight import Weighed
from alliances.experiments.output.page import Html, tag

WIDTH, HEIGHT, PAD = 220.0, 34.0, 8.0
BLUE, GREY, INK = "#0072B2", "#9a9a9a", "#222222"


def small_figure(weighed: Weighed) -> Html:
    """Return dots for worlds, a line for the interval of their mean, and what would matter.

    The claimed direction is to the right; the pale band is what is too small to matter.
    """
    spread, sign, least = weighed.spread, weighed.claim.sign, weighed.claim.smallest
    dots = sign * spread.by_world
    low, high = sorted(sign * end for end in spread.interval)
    if not len(dots) or not np.isfinite([low, high]).all():
        return Html()
    ends = np.array([*dots, low, high, -1.5 * least, 1.5 * least])
    left, right = float(ends.min()), float(ends.max())

    def x(value: float) -> float:
        return PAD + (value - left) / (right - left) * (WIDTH - 2.0 * PAD)

    middle = HEIGHT / 2.0
    rows = (middle + 8.0 * ((n % 3) - 1) for n in range(len(dots)))
    at = f"{x(sign * spread.mean):.1f}"
    return tag(
        "svg",
        tag(
            "rect",
            x=f"{x(-least):.1f}",
            y=2,
            width=f"{x(least) - x(-least):.1f}",
            height=f"{HEIGHT - 4:.0f}",
            fill="#e9e9e9",
        ),
        tag("line", x1=f"{x(0):.1f}", x2=f"{x(0):.1f}", y1=2, y2=f"{HEIGHT - 2:.0f}", stroke=GREY),
        *(
            tag("circle", cx=f"{x(float(dot)):.1f}", cy=f"{y:.1f}", r="1.6", fill=GREY)
            for dot, y in zip(dots, rows, strict=True)
        ),
        tag(
            "line",
            x1=f"{x(low):.1f}",
            x2=f"{x(high):.1f}",
            y1=f"{middle}",
            y2=f"{middle}",
            stroke=BLUE,
            stroke_width=3,
        ),
        tag("circle", cx=at, cy=f"{middle}", r=4, fill=BLUE, stroke=INK),
        role="img",
        aria_label=f"{weighed.claim.says} {weighed.verdict}",
        width=f"{WIDTH:.0f}",
        height=f"{HEIGHT:.0f}",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
    )
