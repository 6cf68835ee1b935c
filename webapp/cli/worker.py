"""One process that serves the site."""

import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from threading import Thread

from engine.base.database import Database
from engine.base.settings import Settings, logs_as_json
from webapp import create_app, logs
from webapp.caught_letters import CaughtLetters
from webapp.cli.elected_ticking import ticking_while_elected
from webapp.cli.listening import address_of
from webapp.cli.server import Server

# Somebody who waits for a page is told soon; commands of the shell, and the clock, wait as long as a database does.
LOCK_SECONDS = 3
END = (signal.SIGTERM, signal.SIGINT)
# Of one process nobody takes the place: it finishes what is under way, and whatever keeps it going begins it anew.
HANGUP = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)


def serve_here(
    chosen: Settings, listener: socket.socket, *, demo: bool, scheduler: bool, ready: Callable[[Server], None]
) -> None:
    """Until this process is told to end. In the demonstration the letters go to a mail server inside this process,
    whatever else is set up. `ready` is called before the first request is read.
    """
    caught = CaughtLetters() if demo else None
    if caught:
        chosen = replace(chosen, mail=caught.listen(), address=address_of(listener))
    database = Database(chosen.database_url, lock_seconds=LOCK_SECONDS)
    server = Server(create_app(chosen, database, demo=demo, caught=caught), listener)

    def end(_number: int, _frame: object) -> None:
        server.end()

    for number in (*END, *HANGUP):
        signal.signal(number, end)
    ready(server)
    with ticking_while_elected(chosen, wanted=scheduler):
        server.run()
    database.dispose()


def begin() -> None:
    """As one of several, begun by webapp/cli/workers.py: told by descriptors which socket is served, and where to say
    that all is ready. Ends as well where whoever began it is gone.
    """
    listener, line = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    logs.configure(sys.stderr, as_json=logs_as_json())

    def ready(server: Server) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, END)  # what came before is heard now
        line.send(b".")
        Thread(target=_end_when_alone, args=(line, server), daemon=True).start()

    serve_here(Settings.from_environment(), listener, demo=False, scheduler="scheduler" in sys.argv[3:], ready=ready)


def _end_when_alone(line: socket.socket, server: Server) -> None:
    line.recv(1)
    server.end()
