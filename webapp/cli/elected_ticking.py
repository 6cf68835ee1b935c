"""The clock inside the site: of all processes that serve one database, one lets it tick."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread

from engine.base.database import Database
from engine.base.elected import Elected
from engine.base.settings import Settings
from webapp.cli.ticking import start_ticking

ASK_SECONDS = 5  # less than a tick: whoever takes over is there for the next


@contextmanager
def ticking_while_elected(chosen: Settings, *, wanted: bool) -> Generator[None]:
    """For as long as the block runs, unless it is not wanted; what is being acted on at its end is finished first."""
    if not wanted:
        yield
        return
    over = Event()
    watching = Thread(target=_tick_while_elected, args=(chosen, over))
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _tick_while_elected(chosen: Settings, over: Event) -> None:
    database = Database(chosen.database_url)
    with Elected(database, "the clock") as elected:
        while not over.is_set():
            if not elected.is_it():
                over.wait(ASK_SECONDS)
                continue
            scheduler = start_ticking(database, chosen)
            while elected.is_it() and not over.wait(ASK_SECONDS):
                pass
            scheduler.shutdown()  # pyright: ignore[reportUnknownMemberType]
    database.dispose()
