"""Where phones reach this server: its addresses in the network, as links and QR codes."""

import contextlib
import ipaddress
import socket
import time
from functools import lru_cache

import segno

from alliances.dashboards.address import is_loopback, origin_of

PROBE = ("192.0.2.1", 9)  # an address for documentation: nothing is sent to it
FRESH = 10.0  # seconds for which the addresses are taken to stay


@lru_cache(maxsize=64)
def qr(text: str) -> dict[str, object]:
    """Return a QR code: its size in modules with the quiet zone, and one path that fills them."""
    matrix = segno.make(text, error="m", micro=False).matrix_iter(border=4)
    rows = [list(row) for row in matrix]
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return {"size": len(rows), "path": path}


def own_addresses() -> list[str]:
    """Return this machine's addresses in its networks, the likeliest first."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(PROBE)  # chooses the way out, sends nothing; fails on a lone hotspot
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):  # a machine may not know its own name
        named = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        found += [str(one[4][0]) for one in named]
    kept = [one for one in dict.fromkeys(found) if not ipaddress.ip_address(one).is_loopback]
    return [one for one in kept if not ipaddress.ip_address(one).is_unspecified]


def answers(address: str, port: int) -> bool:
    """Whether this server listens at one of its own addresses."""
    try:
        with socket.create_connection((address, port), timeout=0.3):
            return True
    except OSError:
        return False


def reachable(port: int) -> tuple[str, ...]:
    """Return the own addresses at which phones can reach the server, as it is in these seconds."""
    return _reachable(port, int(time.monotonic() / FRESH))


@lru_cache(maxsize=4)
def _reachable(port: int, _turn: int) -> tuple[str, ...]:
    return tuple(one for one in own_addresses() if answers(one, port))


def links(code: str, address: str, origin: str) -> list[dict[str, object]]:
    """Return the links that phones can use, each with its QR code.

    Parameters
    ----------
    code : str
        The room's.
    address : str
        What the trainer said; it goes first.
    origin : str
        Where the trainer's own page was asked for; used where it is no loopback.
    """
    bases = [address] if address else []
    known = origin_of(origin)
    if known is not None and not is_loopback(known.address.host):
        bases.append(origin)
    elif known is not None and not address:
        bases += [f"{known.scheme}://{one}:{known.port}" for one in reachable(known.port)]
    return [
        {"url": url, **qr(url)} for url in (f"{base}/room/{code}" for base in dict.fromkeys(bases))
    ]


def invitation(host: str, port: int) -> list[str]:
    """Return what to say when a server starts: where a trainer opens a room, and who can join it.

    Parameters
    ----------
    host, port : str, int
        Where it listens.
    """
    lead = f"Trainers open a room at http://127.0.0.1:{port}/room/lead on this machine."
    if is_loopback(host):
        return [f"{lead} For phones to join it, start with --host 0.0.0.0."]
    found = own_addresses() if host in ("0.0.0.0", "::") else [host]
    if not found:
        return [lead, "This machine is in no network yet: join a Wi-Fi or open a hotspot."]
    shown = [f"[{one}]" if ":" in one else one for one in found]
    return [
        lead,
        "Phones in your network join at "
        + " or ".join(f"http://{one}:{port}/room" for one in shown)
        + ".",
    ]
