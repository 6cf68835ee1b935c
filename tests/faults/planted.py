"""Faults that are planted in the site itself: batteries must find them. Each is put in as its processes begin."""

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

from flask import has_request_context
from sqlalchemy import Connection

from engine.base.database import Database
from engine.record import chain
from tests.repository.tools import ROOT


def planting(fault: Callable[[], None], folder: Path) -> dict[str, str]:
    """The environment in which every Python that begins has the fault."""
    (folder / "sitecustomize.py").write_text(f"from {__name__} import {fault.__name__}\n\n{fault.__name__}()\n")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


def answers_before_it_is_kept() -> None:
    """What a request did is kept only when the next one has something to do."""
    keeps, one_at_a_time = Database.transaction, Lock()
    begun: list[Connection] = []

    @contextmanager
    def transaction(self: Database) -> Generator[Connection]:
        if not has_request_context():
            with keeps(self) as connection:
                yield connection
            return
        with one_at_a_time:
            while begun:
                begun[-1].commit()
                begun.pop().close()
            connection = self.engine.connect()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            begun.append(connection)

    Database.transaction = transaction


def keeps_before_the_record_says_so() -> None:
    """What changes in a case is kept, and the site dies before the entries are written."""
    writes = chain._insert_act  # pyright: ignore[reportPrivateUsage]

    def insert_act(connection: Connection, name: str, number: int, at: datetime, kind: str, body: bytes) -> None:
        if name.startswith("case:"):
            connection.commit()
            os.kill(os.getpid(), signal.SIGKILL)
        writes(connection, name, number, at, kind, body)

    chain._insert_act = insert_act  # pyright: ignore[reportPrivateUsage]
