"""A show with a room in which there are some people, and runs that are there already."""

from alliances.dashboards.learn.answers import Said
from alliances.dashboards.learn.chapter import read_chapters
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.show import Shows
from alliances.dashboards.learn.turn import slides
from alliances.dashboards.room.screens import player_view

CHAPTERS = read_chapters()
CHAPTER = CHAPTERS["meeting"]
KINDS = [slide.kind for slide in slides(CHAPTER)]
ME, STRANGER = "the trainer's browser", "another browser"


class Session:
    """A show with a room in which there are some people."""

    def __init__(self, rooms, people=3):
        self.rooms, self.shows = rooms, Shows()
        self.code, self.token = rooms.open("Tuesday")
        self.keys = [
            rooms.who(self.code, rooms.join(self.code, f"Persephone {k}")) for k in range(people)
        ]
        self.show = self.shows.open("meeting")
        self.shows.connect(self.show, rooms, self.code, self.token, ME)

    def press(self, *keys, who=ME):
        for key in keys:
            self.show.press(key, CHAPTER, who)
        return self.show.turn

    def go(self, kind):
        return self.press(f"go {KINDS.index(kind)}")

    def seen(self, kind):
        room = self.show.look().room
        return None if room is None else room.of(kind)

    def polls(self):
        with self.rooms.room(self.code) as room:
            return list(room.polls)

    def answer(self, *choices):
        with self.rooms.room(self.code, change=True) as room:
            for key, choice in zip(self.keys, choices, strict=False):
                room.answer(key, len(room.polls), choice)

    def phone(self, k):
        """Return what a phone says of the latest question."""
        with self.rooms.room(self.code) as room:
            return player_view(room, self.keys[k], self.rooms.runs(self.code))["polls"][0]

    def restart(self):
        self.rooms = self.rooms.again()
        self.shows = Shows()
        self.show = self.shows.take_up(self.show.key, self.rooms)
        return self.show


def stock(outcome, chapter=CHAPTER):
    """Return runs that are there already, and say this to the bet."""
    found = ChapterRuns(chapter, 1)
    name = chapter.bet.finding
    for option in chapter.choice.options:
        found.said[name, option.arm] = Said(chapter.findings[name], outcome, {}, {})
    found.early.set()
    return found
