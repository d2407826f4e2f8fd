"""The chapters of this server: those that come with the model, and a trainer's own."""

import threading
from collections.abc import Callable
from pathlib import Path

from alliances.dashboards.learn.answers import prepare
from alliances.dashboards.learn.chapter import Chapter, read_chapters
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.experiments.runs.ensemble import RecentlyUsed

STOCKS = 24  # chapters whose runs are kept


class Library:
    """Chapters by name, read once.

    Attributes
    ----------
    folder : Path or None
        Where a trainer's own chapters lie.
    stocks : RecentlyUsed
        The runs of the latest so many that were asked for.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.stocks: RecentlyUsed[tuple[str, int], ChapterRuns] = RecentlyUsed(STOCKS)
        self._chapters: dict[str, Chapter] | None = None
        self._lock = threading.Lock()
        self._packing = threading.Lock()
        self._pack: bytes | None = None

    def use(self, folder: Path | None) -> None:
        """Read the chapters of a folder too.

        Raises
        ------
        UserError
            If one of them is not a chapter.
        """
        found = read_chapters(folder)
        with self._lock:
            self.folder, self._chapters, self._pack = folder, found, None

    def chapters(self) -> dict[str, Chapter]:
        """Return all chapters in order."""
        if self._chapters is None:
            self.use(self.folder)
        assert self._chapters is not None
        return self._chapters

    def stock(self, chapter: Chapter, wait: Callable[[], object]) -> ChapterRuns:
        """Return a chapter's runs; they are made in the background once `wait` returns."""
        key = (chapter.model_dump_json(), chapter.seed)
        stock = self.stocks.get(key, lambda: ChapterRuns(chapter, chapter.seed))
        with self._lock:
            if not stock.begun:
                stock.begun = True
                work = threading.Thread(target=_make, args=(stock, wait), daemon=True, name="runs")
                work.start()
        return stock

    def prepare_all(self, wait: Callable[[], object]) -> None:
        """Make the runs of all chapters, one after the other, before anybody asks."""

        def work() -> None:
            for chapter in self.chapters().values():
                self.stock(chapter, wait).whole.wait()

        threading.Thread(target=work, daemon=True, name="all chapters").start()

    def pack(self, wait: Callable[[], object]) -> bytes:
        """Return the trainer's pack as a ZIP file; it is made once."""
        with self._packing:
            if self._pack is None:
                wait()
                from alliances.dashboards.learn.pack import (
                    zipped,  # what writes PDF takes a second to load
                )

                self._pack = zipped(self.chapters(), self.stock_now)
            return self._pack

    def stock_now(self, chapter: Chapter) -> ChapterRuns:
        """Return a chapter's runs once all of them are there."""
        stock = self.stock(chapter, lambda: None)
        stock.whole.wait()
        return stock


def _make(stock: ChapterRuns, wait: Callable[[], object]) -> None:
    wait()
    try:
        prepare(stock)
    except Exception as error:  # noqa: BLE001 - whoever looks at the page is told
        stock.fault = f"The model could not be run: {error}"
    stock.early.set()
    stock.whole.set()


LIBRARY = Library()
