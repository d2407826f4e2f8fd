"""What visitors may ask of the machine that serves them."""

from dataclasses import dataclass

MEGABYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """Bounds within which nobody can take the server away from the others.

    Attributes
    ----------
    sessions : int
        Pages open at a time, of all visitors; each is a session of its own.
    pages_each : int
        Pages open at a time in one browser.
    connections_each : int
        Connections of one page at a time: an old one may linger when it comes back.
    body : int
        Bytes of one request, so the largest upload over a route.
    piece : float
        Seconds that may pass between two pieces of a request.
    message : int
        Bytes of one message of a page, so the largest piece of an upload on a page.
    messages, burst : float, int
        Messages a second that a page may go on sending, and how many at once; what comes faster
        waits.
    unsent : int
        Bytes that may wait for a browser that does not read before its connection is given up.
    waiting : float
        Seconds within which a page that was served must connect to keep its place.
    """

    sessions: int = 60
    pages_each: int = 20
    connections_each: int = 4
    body: int = 5 * MEGABYTE
    piece: float = 20
    message: int = 4 * MEGABYTE
    messages: float = 100
    burst: int = 1_000
    unsent: int = 16 * MEGABYTE
    waiting: float = 20

    @property
    def of_one_address(self) -> int:
        """Pages open at a time at one address, which can be that of many people: three quarters."""
        return max(1, self.sessions * 3 // 4)


LIMITS = Limits()
