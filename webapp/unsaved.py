"""Referrals that could not be taken into the database: each is kept in a file outside it, and becomes one later.

One file is one referral: written whole or not at all, readable by its owner alone, taken away once its case is there.
It is taken up by the command that the page uses, under the key of its sending: however often that is begun, there is
one referral (docs/decisions/limits.md).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import structlog

from engine.base.database import Connection, Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotFound
from engine.base.laying import lay, sync
from engine.commands import sessions
from engine.commands.cases import says_danger, start_process
from engine.commands.counting import Budget, spend
from engine.commands.drafts import discard_draft
from engine.facts.which_authority import authority_at
from engine.people import identity
from engine.people.identity import PUBLIC, Actor
from engine.reads.task.start_page import referral, start_questions
from webapp.fields import answers_of
from webapp.logs import where

log = structlog.get_logger()
FORMAT = "throughline-unsaved/1"
LARGEST = 1024 * 1024
# Of the whole folder: where it is half full only danger is kept.
ROOM = 128 * 1024 * 1024
DANGER, OTHER = "danger", "other"
MOMENT = "%Y%m%dT%H%M%S%f"
SAME = ("host", "authority", "account", "session", "submission", "typed")
LEFT_OVER = timedelta(days=1)


class NotKept(Exception):
    """What was sent is nowhere: whoever sent it must be told so at once."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A referral as it was sent: `typed` are the fields of its form. `authority` and `account` are empty where they are
    unknown; `session` is then the digest of a session that may say who it was. `budgets` are what it counts against.
    """

    sent_at: datetime
    host: str
    authority: str
    account: str
    session: str
    submission: str
    danger: bool
    typed: dict[str, list[str]]
    budgets: dict[str, Budget]
    format: str = FORMAT

    @property
    def kind(self) -> str:
        return DANGER if self.danger else OTHER

    @property
    def digest(self) -> str:
        """The same for the same form, however often it is sent."""
        said = _said(self)
        return sha256(orjson.dumps([said[name] for name in SAME])).hexdigest()[:32]


def keep(folder: Path, unsaved: Unsaved, sender: str, most: int) -> None:
    """On the disk when this returns. What is kept already is not kept twice, and nobody has more than `most` waiting.

    Raises NotKept.
    """
    content = orjson.dumps(_said(unsaved), option=orjson.OPT_APPEND_NEWLINE)
    moment, same = f"{unsaved.sent_at.astimezone(UTC):{MOMENT}}", unsaved.digest
    try:
        lying = [*waiting(folder)]
        if any(path.stem.endswith(same) for path in lying):
            return
        own = sum(path.name.startswith(unsaved.kind) and f"-{sender}-" in path.name for path in lying)
        size = len(content) + sum(path.stat().st_size for path in lying)
        if own >= most or len(content) > LARGEST or size > (ROOM if unsaved.danger else ROOM // 2):
            raise NotKept
        lay(folder / f"{unsaved.kind}-{moment}-{sender}-{same}.json", content)
    except OSError as error:
        log.error("a referral could not be kept outside the database", why=type(error).__name__, number=error.errno)
        raise NotKept from None


def waiting(folder: Path) -> Iterator[Path]:
    """Danger first, then by the time at which they were sent."""
    yield from sorted(folder.glob("*.json")) if folder.is_dir() else ()


def oldest(folder: Path) -> datetime | None:
    """When the one was sent that has waited for longest."""
    moments = (datetime.strptime(path.name.split("-")[1], MOMENT).replace(tzinfo=UTC) for path in waiting(folder))
    return min(moments, default=None)


def take_up(database: Database, folder: Path, now: datetime) -> int:
    """Makes referrals of what waits, as far as there is room; gives of how many. Any number of clocks may call it.

    What cannot become one stays, and is in the log. Raises DatabaseUnavailable.
    """
    taken, full = 0, set[frozenset[str]]()
    for path in waiting(folder):
        try:
            unsaved = _read(path)
            counts_with = frozenset(unsaved.budgets)
            if counts_with in full:
                continue
            if _taken_up(database, unsaved, now):
                path.unlink(missing_ok=True)
                sync(folder)
                taken += 1
            else:
                full.add(counts_with)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others become referrals
            log.error("a referral that waits outside the database cannot be taken up", file=path.name, why=where(error))
    _clear(folder, now)
    return taken


def _said(unsaved: Unsaved) -> dict[str, Any]:
    budgets = {key: {"most": one.most, "span": one.span.total_seconds()} for key, one in unsaved.budgets.items()}
    return {**asdict(unsaved), "budgets": budgets}


def _read(path: Path) -> Unsaved:
    said: dict[str, Any] = orjson.loads(path.read_bytes())
    said["sent_at"] = datetime.fromisoformat(said["sent_at"])
    said["budgets"] = {key: Budget(one["most"], timedelta(seconds=one["span"])) for key, one in said["budgets"].items()}
    return Unsaved(**said)


def _taken_up(database: Database, unsaved: Unsaved, now: datetime) -> bool:
    """False where there is no room for it yet."""
    typed = unsaved.typed
    with database.read() as connection:
        actor = _sender(connection, unsaved)
        process = referral(connection, actor, now).process
        asked = start_questions(connection, actor, now, process, None, lambda some: answers_of(some, typed))
        answers = answers_of(asked, typed)
        says_danger(connection, actor, now, process, answers)  # what cannot become a referral counts for nobody
    if spend(database, now, unsaved.budgets):
        return False
    start_process(database, actor, now, process, answers, None, unsaved.submission)
    if actor.account:
        discard_draft(database, actor, now, f"start:{process}:")
    return True


def _sender(connection: Connection, unsaved: Unsaved) -> Actor:
    """Whoever they were when they sent it. Raises NotFound where nobody knows for which authority it is."""
    account = unsaved.account or sessions.account_at(connection, unsaved.session, unsaved.sent_at)
    if account:
        return identity.actor(connection, account, unsaved.sent_at)
    authority = unsaved.authority or authority_at(connection, unsaved.host)
    if not authority:
        raise NotFound
    return PUBLIC.at(authority)


def _clear(folder: Path, now: datetime) -> None:
    """What was begun and never finished was kept for nobody, who was told so."""
    for path in folder.glob(".*.json.*") if folder.is_dir() else ():
        if path.stat().st_mtime < (now - LEFT_OVER).timestamp():
            path.unlink(missing_ok=True)
