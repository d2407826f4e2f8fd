"""Which claims are asked for; to and from links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, quote, urlencode

from alliances.experiments.cases.claim import BUILT_IN, TOLD
from alliances.experiments.evidence.reading import WeighedClaim

LONGEST = 2_000
LONGEST_TEXT = 60


@dataclass(frozen=True)
class Filter:
    """Which claims are shown; "" leaves an entry open.

    Attributes
    ----------
    verdict, case, carrier, built_in, told, null : str
        As the table has them.
    text : str
        Words that must stand in the claim or its case's title.
    """

    verdict: str = ""
    case: str = ""
    carrier: str = ""
    built_in: str = ""
    told: str = ""
    null: str = ""
    text: str = ""

    def holds(self, claim: WeighedClaim) -> bool:
        """Whether a claim is among those asked for."""
        for name in ("verdict", "case", "built_in", "told", "null"):
            if getattr(self, name) and getattr(self, name) != claim.text(name):
                return False
        if self.carrier and self.carrier not in carriers_of(claim):
            return False
        whole = f"{claim.text('says')} {claim.title}".lower()
        return all(word in whole for word in self.text.lower().split())

    def with_entry(self, name: str, value: str) -> "Filter":
        """Return a copy with one entry set."""
        return replace(self, **{name: value[:LONGEST_TEXT]})

    def to_search(self) -> str:
        """Return it as the part of a link after the question mark."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({k: v for k, v in given.items() if v}, quote_via=quote)


def read_filter(search: str | None) -> Filter:
    """Return the filter of a link; what is not known in it is left out."""
    if not search or len(search) > LONGEST:
        return Filter()
    known = {one.name for one in fields(Filter)}
    try:
        pairs = parse_qsl(search, max_num_fields=50)
    except ValueError:
        return Filter()
    return Filter(**{name: text[:LONGEST_TEXT] for name, text in pairs if name in known})


def carriers_of(claim: WeighedClaim) -> list[str]:
    """Return what carries a claim: what was found, or what was named if nothing was looked for."""
    named = claim.text("carrier")
    return claim.carriers() or ([named] if named else [])


def options_for(name: str, claims: Sequence[WeighedClaim], now: Filter) -> list[dict[str, str]]:
    """Return what an entry of the filter can be, with how many of the other entries' claims."""
    others = now.with_entry(name, "")
    left = [claim for claim in claims if others.holds(claim)]
    of: Callable[[WeighedClaim], list[str]] = (
        carriers_of if name == "carrier" else lambda claim: [claim.text(name)]
    )
    found = sorted({value for claim in claims for value in of(claim) if value})
    title = {claim.text("case"): claim.title for claim in claims}
    words: Mapping[str, str] = {
        "told": {k: f"{k}: {text}" for k, text in TOLD.items()},
        "built_in": {k: f"{k}: {text}" for k, text in BUILT_IN.items()},
        "case": title,
    }.get(name, {})
    options = [{"value": "", "label": f"all ({len(left)})"}]
    for value in sorted(found, key=lambda one: words.get(one, one)):
        count = sum(value in of(claim) for claim in left)
        options.append({"value": value, "label": f"{words.get(value, value)} ({count})"})
    if getattr(now, name) and getattr(now, name) not in found:
        options.append({"value": getattr(now, name), "label": f"{getattr(now, name)} (0)"})
    return options
