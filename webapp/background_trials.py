"""A draft is tried in a process of its own that gives way to all others, so that no page waits for it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime

import structlog

from engine.base.clock import now
from engine.base.database import Database
from engine.base.settings import logs_as_json
from engine.commands.trials import begin_trial
from engine.people.identity import Actor
from engine.trial.running_trial import work_on
from webapp import logs

BEGIN = "from webapp.background_trials import begin; begin()"
LOWEST_PRIORITY = 19
log = structlog.get_logger()
_begun: list["subprocess.Popen[bytes]"] = []


def start_trial(database: Database, actor: Actor, at: datetime, change: str, kind: str) -> str:
    """The id of the one that runs now. Raises NotFound and NotAllowed."""
    begun = begin_trial(database, actor, at, change, kind)
    if begun.is_new:
        _begun[:] = [one for one in _begun if one.poll() is None]
        process = subprocess.Popen([sys.executable, "-c", BEGIN], stdin=subprocess.PIPE)  # noqa: S603
        _begun.append(process)
        said = {"address": database.url.render_as_string(hide_password=False), "trial": begun.id}
        _write_line(process, said)
    return begun.id


def _write_line(process: "subprocess.Popen[bytes]", said: Mapping[str, str]) -> None:
    """The pipe stays open: when it is closed, we are gone."""
    if process.stdin:
        process.stdin.write(json.dumps(said).encode() + b"\n")
        process.stdin.flush()


def begin() -> None:
    """The whole life of the process."""
    logs.configure(sys.stderr, as_json=logs_as_json())
    os.nice(LOWEST_PRIORITY)
    said: Mapping[str, str] = json.loads(sys.stdin.buffer.readline())
    os.set_blocking(sys.stdin.fileno(), False)
    database = Database(said["address"])
    try:
        work_on(database, said["trial"], now, _is_left)
    except Exception:  # the row falls silent, which says that it has died
        log.exception("a trial of a draft ended", trial=said["trial"])
    finally:
        database.dispose()


def _is_left() -> bool:
    """Whether whoever began this process is gone."""
    try:
        return not os.read(sys.stdin.fileno(), 1)
    except BlockingIOError:
        return False
