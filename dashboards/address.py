"""Addresses: where a server is asked for, and from where.

A Host header and an origin are read by one strict grammar: a name, or an address in numbers, and a
port. Nothing stands before or behind it, so that nobody who reads it later finds another host.
"""

import ipaddress
import re
from typing import NamedTuple

_ASKED = re.compile(
    r"(?:(?P<name>[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?)\.?|\[(?P<six>[0-9a-f:.]+)\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """Where a server is asked for.

    Attributes
    ----------
    host : str
        In small letters, without brackets.
    port : int or None
        None where it is not said.
    """

    host: str
    port: int | None = None


class Origin(NamedTuple):
    """Of which server a page is."""

    scheme: str
    address: Address

    @property
    def port(self) -> int:
        """The port, where none is said too."""
        return self.address.port or _PORTS[self.scheme]


def address_of(text: str) -> Address | None:
    """Return what a Host header says; None if it is not one.

    Examples
    --------
    >>> address_of("LOCALHOST.:8765"), address_of("[::1]")
    (Address(host='localhost', port=8765), Address(host='::1', port=None))
    >>> [address_of(one) for one in ("", "a b", "a:99999", "a:x", "u@a", "a/b", "a#", "[::")]
    [None, None, None, None, None, None, None, None]
    """
    found = _ASKED.fullmatch(text.lower()) if text.isascii() else None
    if found is None:
        return None
    port = int(found["port"]) if found["port"] else None
    if (port or 0) > 65_535 or (found["six"] and not is_number(found["six"])):
        return None
    return Address(found["name"] or found["six"], port)


def origin_of(text: str) -> Origin | None:
    """Return the origin that a text is; None if it is none.

    Examples
    --------
    >>> origin_of("http://192.168.1.5:8765"), origin_of("https://[fe80::1]").port
    (Origin(scheme='http', address=Address(host='192.168.1.5', port=8765)), 443)
    >>> [origin_of(one) for one in ("null", "javascript:alert(1)", "http://a/b", "http://[", "a")]
    [None, None, None, None, None]
    """
    scheme, _, rest = text.partition("://")
    address = address_of(rest)
    return None if address is None or scheme not in _PORTS else Origin(scheme, address)


def is_number(host: str) -> bool:
    """Whether a host is an address in numbers."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself.

    Examples
    --------
    >>> [is_loopback(one) for one in ("localhost", "127.0.0.1", "::1", "192.168.1.5", "box.local")]
    [True, True, True, False, False]
    """
    return host == "localhost" or (is_number(host) and ipaddress.ip_address(host).is_loopback)


def network_of(address: str) -> str:
    """Return what counts as one visitor's address: of IPv6 the network, for each has many in it.

    Examples
    --------
    >>> network_of("192.0.2.7"), network_of("::ffff:192.0.2.7"), network_of("::1")
    ('192.0.2.7', '192.0.2.7', '::1')
    >>> network_of("2001:db8:1:2:3::4"), network_of("fe80::1%wlan0"), network_of("")
    ('2001:db8:1:2::', 'fe80::1%wlan0', '')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address) or known.is_loopback or known.is_link_local:
        return address  # of addresses for the local link all machines there have one network
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False).network_address)
