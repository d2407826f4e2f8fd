"""Codes, tokens and nicknames: what is hard to guess, and what people may call themselves."""

import hashlib
import hmac
import secrets
import unicodedata

from alliances.model.input.errors import UserError

# No letters or digits that are taken for each other, and no vowels, so that no words come out.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
CODE = 8  # characters: 28 ** 8 codes, about 4e11
NICKNAME = 24  # characters at most
LINE = 200  # of a question
CHOICE = 160  # of one choice; a chapter's options fit


class RoomError(UserError):
    """What a room does not do; the message can be shown to whoever asked for it."""


class NotAllowedError(RoomError):
    """Somebody asked without the right to it."""


class TooOftenError(RoomError):
    """Somebody tried too often what went wrong."""


def new_code() -> str:
    """Return a room's code, drawn from the machine's source of secrets."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE))


def shown_code(code: str) -> str:
    """Return a code as people read it out.

    Examples
    --------
    >>> shown_code("BCDF2345")
    'BCDF-2345'
    """
    return f"{code[: CODE // 2]}-{code[CODE // 2 :]}"


def typed_code(text: str) -> str:
    """Return the code that somebody typed, in whatever case and with whatever between.

    Examples
    --------
    >>> typed_code(" bcdf 2345")
    'BCDF2345'
    """
    return "".join(one for one in text.upper()[:40] if one in ALPHABET)[:CODE]


def new_token() -> str:
    """Return what proves that a phone is the one that joined."""
    return secrets.token_urlsafe(24)


def fingerprint(token: str) -> str:
    """Return what is kept of a token; the token itself is not."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def matches(token: str, kept: str) -> bool:
    """Whether a token is the one of a fingerprint, in the same time whatever the answer."""
    return hmac.compare_digest(fingerprint(token), kept)


def plain(text: object, most: int, what: str) -> str:
    """Return a line as it may be shown: no control characters, single spaces, not too long.

    Raises
    ------
    RoomError
        If it is no text, empty or too long.
    """
    if not isinstance(text, str) or len(text) > 10 * most:
        raise RoomError(f"{what} must be text of up to {most} characters.")
    # Categories C: control, format (such as marks that turn the reading direction), unassigned.
    kept = "".join(
        " " if unicodedata.category(one)[0] in "CZ" else one
        for one in unicodedata.normalize("NFKC", text)
    )
    line = " ".join(kept.split())
    if not line:
        raise RoomError(f"{what} is empty. Please write something.")
    if len(line) > most:
        raise RoomError(f"{what} has {len(line)} characters; {most} is the most.")
    return line
