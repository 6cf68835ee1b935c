"""The site as a running server: gunicorn with one worker and threads."""

import errno
import socket
from dataclasses import replace
from typing import Any

import click
from gunicorn.app.base import BaseApplication  # pyright: ignore[reportMissingTypeStubs]

from engine.base.database import Database
from engine.base.settings import Settings
from webapp import create_app
from webapp.caught_letters import CaughtLetters
from webapp.cli.ticking import start_ticking

THREADS = 8


class CannotListen(Exception):
    """The address or port cannot be had; the message says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Held from before the first word is written, so that a taken port is known at once. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise CannotListen(_why_not(host, port, error)) from None
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another one, for example PORT={port + 1} make run."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this account. Choose one above 1023, for example PORT=8000."
    return f"{host} is not an address of this machine that can be listened on: {error.strerror}."


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(BaseApplication):
    """gunicorn inside this process. The site and its clock are made in the worker, after it has been forked."""

    def __init__(self, settings: Settings, listener: socket.socket, *, demo: bool, scheduler: bool) -> None:
        self._settings = settings
        self._address = address_of(listener)
        self._descriptor = listener.detach()  # gunicorn closes it
        self._demo = demo
        self._scheduler = scheduler
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._ready,
        }
        for name, value in options.items():
            self.cfg.set(name, value)  # pyright: ignore[reportOptionalMemberAccess]

    def load(self) -> Any:
        """In the demonstration the letters go to a mail server inside this process, whatever else is set up."""
        if self._demo:
            caught = CaughtLetters()
            self._settings = replace(self._settings, mail=caught.listen(), address=self._address)
            return create_app(self._settings, Database(self._settings.database_url), demo=True, caught=caught)
        return create_app(self._settings, Database(self._settings.database_url))

    def _ready(self, _worker: object) -> None:
        click.echo(f"Throughline is at {self._address} (stop it with Ctrl+C)")
        if self._scheduler:
            start_ticking(Database(self._settings.database_url), self._settings)
