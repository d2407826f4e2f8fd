"""What people take home from a session: the room's own bets, votes and run, without any nickname.

One page of HTML with everything in it: it prints to PDF, and a word processor opens it.
"""

from datetime import UTC, datetime
from html import escape
from pathlib import Path

from dashboards.room.game import OVER, WORLDS, Game
from dashboards.room.poll import Poll
from dashboards.room.room import Room
from dashboards.room.runs import Runs
from dashboards.room.views import decided, drawings, table
from experiments.manifest import own_version

STYLE = """
:root { color-scheme: light; --ink: #1b1f24; --soft: #4d5761; --line: #c4cad1; --room: #0072b2;
  --alone: #33393f; --luck: #7b8fa0; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  color: #1b1f24; background: #fff; }
h1, h2, h3 { line-height: 1.25; }
table { border-collapse: collapse; width: 100%; margin: .5em 0 1em; }
th, td { text-align: left; padding: .3em .5em; border-bottom: 1px solid #c4cad1;
  vertical-align: top; }
figure { margin: 1em 0 2em; break-inside: avoid; }
section { break-inside: avoid-page; }
.soft { color: #4d5761; }
"""
QUESTIONS = (
    "When did you choose alone, and when did you look at what others did?",
    "Who could afford to wait? Who could not?",
    "What did a falling out cost, and whom?",
    "Which of your choices would you make again tomorrow, at work?",
    "What would your real partners say that this model leaves out?",
)


def handout(room: Room, runs: Runs) -> str:
    """Return the hand-out of a session as a page.

    Parameters
    ----------
    room : Room
        The room; questions that are still open are left out.
    runs : Runs
        What was run of its game.
    """
    day = datetime.fromtimestamp(room.opened, UTC).strftime("%d %B %Y").lstrip("0")
    parts = [
        f"<h1>{escape(room.title)}</h1>",
        f'<p class="soft">{day}. {room.joined} people came in. '
        "What follows shows a theory at work, in a place that does not exist. "
        "It predicts nothing.</p>",
    ]
    closed = [poll for poll in room.polls if not poll.open]
    bets = [poll for poll in closed if poll.kind == "bet"]
    votes = [poll for poll in closed if poll.kind == "vote"]
    parts += _polls("What the room bet", bets) + _polls("How the room voted", votes)
    if room.game is not None and room.game.rounds:
        parts += _game(room, room.game, runs)
    parts.append("<section><h2>To talk about</h2><ul>")
    parts += [f"<li>{escape(one)}</li>" for one in QUESTIONS]
    parts.append("</ul></section><section><h2>What I will do differently</h2>")
    parts += ["<p>At work, by ________ : ______________________________________________</p>"] * 2
    parts.append(f'</section><p class="soft">unequal-alliances {escape(own_version())}.</p>')
    charts = (Path(__file__).parent / "assets" / "charts.css").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(room.title)}: hand-out</title><style>{STYLE}{charts}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>"
    )


def _polls(title: str, polls: list[Poll]) -> list[str]:
    if not polls:
        return []
    found = [f"<section><h2>{title}</h2>"]
    for poll in polls:
        results = poll.results()
        secret = " (secret ballot)" if poll.secret else ""
        found.append(f"<h3>{escape(poll.question)}{secret}</h3>")
        if results.counts is not None:
            rows = "".join(
                f"<tr><td>{escape(choice)}{' – this came true' if i == poll.right else ''}</td>"
                f"<td>{count}</td></tr>"
                for i, (choice, count) in enumerate(zip(poll.choices, results.counts, strict=True))
            )
            found.append(f"<table><tr><th>Choice</th><th>People</th></tr>{rows}</table>")
        found.append(f"<p>{escape(results.sentence())}</p>")
    return [*found, "</section>"]


def _game(room: Room, game: Game, runs: Runs) -> list[str]:
    rounds = len(game.rounds)
    many = "one round" if rounds == 1 else f"{rounds} rounds"
    found = [
        "<section><h2>What the room played</h2>",
        f"<p>{many[0].upper()}{many[1:]} of {game.setup.months} months in a place of "
        f"{game.setup.organisations} organisations. Start: {escape(WORLDS[game.setup.world][0])}. "
        f"Luck number {game.setup.luck}.</p><ol>",
    ]
    found += [
        f"<li>{escape(' '.join(decided(game, number)) or 'All was left to the model.')}</li>"
        for number in range(1, rounds + 1)
    ]
    found.append("</ol></section>")
    if game.phase != OVER or runs.ending is None:
        return [*found, "<p>The game was not played to its end.</p>"]
    found.append("<section><h2>What came of it</h2>")
    found.append(
        "<p>Solid line: your room. Dashed line: the same place with the same luck, all left to the "
        "model. Thin lines: your choices with other luck. Numbers are means of the last 12 months."
        "</p>"
    )
    for one in drawings(room, runs):
        said = "".join(f"<p>{escape(text)}</p>" for text in one["said"])
        found.append(f"<figure><h3>{escape(one['title'])}</h3>{one['svg']}{said}</figure>")
    numbers = table(runs)
    if numbers is not None:
        heads = "".join(f"<th>{escape(one)}</th>" for one in numbers["heads"])
        rows = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
            for row in numbers["rows"]
        )
        found.append(f"<h3>In numbers</h3><table><tr>{heads}</tr>{rows}</table>")
    return [*found, "</section>"]
