"""The small figure of a claim: its effect over worlds, as SVG that needs no library."""

import numpy as np

from alliances.experiments.evidence.weight import Weighed

WIDTH, HEIGHT, PAD = 220.0, 34.0, 8.0
BLUE, GREY, INK = "#0072B2", "#9a9a9a", "#222222"


def small_figure(weighed: Weighed) -> str:
    """Return dots for worlds, a line for the interval of their mean, and what would matter.

    The claimed direction is to the right; the pale band is what is too small to matter.
    """
    spread, sign, least = weighed.spread, weighed.claim.sign, weighed.claim.smallest
    dots = sign * spread.by_world
    low, high = sorted(sign * end for end in spread.interval)
    if not len(dots) or not np.isfinite([low, high]).all():
        return ""
    ends = np.array([*dots, low, high, -1.5 * least, 1.5 * least])
    left, right = float(ends.min()), float(ends.max())

    def x(value: float) -> float:
        return PAD + (value - left) / (right - left) * (WIDTH - 2.0 * PAD)

    middle = HEIGHT / 2.0
    band = (
        f'<rect x="{x(-least):.1f}" y="2" width="{x(least) - x(-least):.1f}" '
        f'height="{HEIGHT - 4:.0f}" fill="#e9e9e9"/>'
    )
    zero = f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="2" y2="{HEIGHT - 2:.0f}" stroke="{GREY}"/>'
    worlds = "".join(
        f'<circle cx="{x(float(d)):.1f}" cy="{middle + 8.0 * ((n % 3) - 1):.1f}" r="1.6" '
        f'fill="{GREY}"/>'
        for n, d in enumerate(dots)
    )
    line = (
        f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{middle}" y2="{middle}" stroke="{BLUE}" '
        f'stroke-width="3"/><circle cx="{x(sign * spread.mean):.1f}" cy="{middle}" r="4" '
        f'fill="{BLUE}" stroke="{INK}"/>'
    )
    text = f"{weighed.claim.says} {weighed.verdict}"
    return (
        f'<svg role="img" aria-label="{_plain(text)}" width="{WIDTH:.0f}" height="{HEIGHT:.0f}" '
        f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">{band}{zero}{worlds}{line}</svg>'
    )


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
