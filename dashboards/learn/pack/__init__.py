"""A trainer's pack: session plans, scripts, role cards and hand-outs, as PDF and to be edited."""

from alliances.dashboards.learn.pack.papers import write_pack, zipped

__all__ = ["write_pack", "zipped"]
