"""One process that serves the site."""

import signal
import socket
from collections.abc import Callable
from dataclasses import replace

from engine.base.database import Database
from engine.base.settings import Settings
from webapp import create_app
from webapp.caught_letters import CaughtLetters
from webapp.cli.listening import address_of
from webapp.cli.server import Server
from webapp.cli.ticking import start_ticking


def serve_here(
    chosen: Settings, listener: socket.socket, *, demo: bool, scheduler: bool, ready: Callable[[], None]
) -> None:
    """Until this process is told to stop. In the demonstration the letters go to a mail server inside this process,
    whatever else is set up. `ready` is called before the first request is read.
    """
    caught = CaughtLetters() if demo else None
    if caught:
        chosen = replace(chosen, mail=caught.listen(), address=address_of(listener))
    app = create_app(chosen, Database(chosen.database_url), demo=demo, caught=caught)
    server = Server(app, listener, behind_proxy=chosen.https)

    def end(_number: int, _frame: object) -> None:
        server.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    ready()
    if scheduler:
        start_ticking(Database(chosen.database_url), chosen)
    server.run()
