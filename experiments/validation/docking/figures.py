"""The small figures: theory as lines, the model as dots."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alliances.experiments.output.charts import blank, headed, open_frame
from alliances.experiments.validation.docking import assembly, contests, trust

COLOURS = ("#0072B2", "#D55E00", "#009E73")  # Okabe and Ito 2008


def panels(title: str, count: int = 2) -> tuple[Figure, Sequence[Axes]]:
    """Return an empty figure with panels beside each other."""
    figure = blank(5.0 * count, 3.6)
    headed(figure, title, 12, "bold")
    axes = [figure.add_subplot(1, count, k + 1) for k in range(count)]
    for axis in axes:
        open_frame(axis)
    return figure, axes


def tullock_figure() -> Figure:
    """Draw dissipation over rivals, and win share over effort."""
    figure, (left, right) = panels("Contests: theory (lines) and the model's rule (dots)")
    for colour, exponent in zip(COLOURS, contests.EXPONENTS, strict=True):
        rivals = [n for n in contests.RIVALS if exponent <= n / (n - 1)]
        left.plot(rivals, [contests.equilibrium(n, exponent) for n in rivals], color=colour)
        found = [contests.dissipation(n, exponent) for n in rivals]
        left.plot(rivals, found, "o", color=colour, label=f"exponent {exponent:g}")
    left.set(xlabel="rivals", ylabel="share of the prize spent on bidding", ylim=(0, 1.05))
    left.legend(frameon=False)
    ratios = np.geomspace(1.0, 20.0, 50)
    right.plot(ratios, ratios / (1.0 + ratios), color=COLOURS[0])
    right.plot(contests.RATIOS, [contests.win_share(r) for r in contests.RATIOS], "o",
               color=COLOURS[0])  # fmt: skip
    right.set(xlabel="effort, as a multiple of the rival's", ylabel="share won", ylim=(0.4, 1.0))
    return figure


def geard_noble_figure(path: dict[str, np.ndarray], rival: dict[str, np.ndarray]) -> Figure:
    """Draw efforts of bidders who escalate, and who is out of tenders."""
    figure, (left, right) = panels("Bidders who escalate and drop out")
    dropping = np.flatnonzero((path["out"][1:] & ~path["out"][:-1]).any(axis=0))
    steady = [r for r in dropping if (path["uid"][:, r] == path["uid"][0, r]).all()]
    for colour, row in zip(COLOURS, steady[-3:], strict=False):
        left.step(np.arange(len(path["effort"])), path["effort"][:, row], color=colour, lw=1.5)
        out = np.flatnonzero(path["out"][:, row])
        left.plot(out, path["effort"][out, row], "s", color=colour, ms=4)
    left.set(xlabel="month", ylabel="effort, share of the prize", ylim=(0, None))
    left.set_title("three bidders (squares: out of tenders)", fontsize=10)
    for colour, name, found in (
        (COLOURS[1], "escalate", path),
        (COLOURS[0], "best response", rival),
    ):
        right.plot(100.0 * found["out"].mean(axis=1), color=colour, label=name)
    right.set(xlabel="month", ylabel="% of organisations out of tenders", ylim=(-0.3, None))
    right.legend(frameon=False)
    return figure


def trust_figure() -> Figure:
    """Draw where trust settles over the share of good experiences."""
    figure, axes = panels("Where trust settles: theory (lines) and the model's rules (dots)")
    state = trust.pair()
    shares = np.linspace(0.05, 0.95, 10)
    fine = np.linspace(0.01, 0.99, 99)
    for axis, rule in zip(axes, ("asymmetric", "beta"), strict=True):
        for colour, loss in zip(COLOURS, trust.LOSS_RATIOS, strict=True):
            axis.plot(fine, [trust.fixed_point(p, loss) for p in fine], color=colour)
            found = [trust.settled(state, rule, p, loss) for p in shares]
            axis.plot(shares, found, "o", color=colour, label=f"a loss counts {loss:g}")
        axis.set(xlabel="share of good experiences", ylabel="trust", ylim=(0, 1))
        axis.set_title(rule, fontsize=10)
        axis.legend(frameon=False)
    return figure


def kim_figure(found: np.ndarray) -> Figure:
    """Draw the gap within and between pairs of equals."""
    figure, (axis,) = panels("Equals come to trust each other alike", 1)
    years = np.arange(1, len(found) + 1)
    axis.plot(years, found[:, 1], color=COLOURS[1], label="between sides of different pairs")
    axis.plot(years, found[:, 0], color=COLOURS[0], label="within pairs")
    axis.set(xlabel="year", ylabel="mean gap in trust", ylim=(0, None))
    axis.legend(frameon=False)
    return figure


def guimera_figure(curves: dict[float, np.ndarray]) -> Figure:
    """Draw the largest component over mean degree, and over exploration."""
    figure, (left, right) = panels("The giant component appears abruptly")
    degrees = np.linspace(0.0, 4.0, 200)
    left.plot(degrees, [assembly.giant(d) for d in degrees], color="#222222", lw=1,
              label="random graph")  # fmt: skip
    for colour, (ring, found) in zip(COLOURS, curves.items(), strict=True):
        label = f"{ring:.0%} through friends" if ring else "strangers only"
        left.plot(found[:, 1], found[:, 2], "o-", color=colour, label=label)
        right.plot(100.0 * found[:, 0], found[:, 2], "o-", color=colour, label=label)
    left.set(xlabel="ties an organisation", ylabel="share in the largest component", xlim=(0, 4))
    right.set(xlabel="% of meetings with somebody new", ylabel="share in the largest component")
    left.legend(frameon=False)
    return figure


def labels_figure(found: dict[str, np.recarray]) -> Figure:
    """Draw one place told in three ways: the lines lie on each other."""
    figure, (left, right) = panels("One place: as it is, shuffled, renamed")
    widths = (7.0, 4.0, 1.5)
    for (name, path), colour, width in zip(found.items(), COLOURS, widths, strict=True):
        left.plot(path.trust, color=colour, lw=width, label=name)
        right.plot(path.trust - found["as it is"].trust, color=colour, lw=width, label=name)
    left.set(xlabel="month", ylabel="mean trust")
    right.set(xlabel="month", ylabel="difference to the place as it is", ylim=(-1e-15, 1e-15))
    left.legend(frameon=False)
    return figure
