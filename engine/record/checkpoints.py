"""Checkpoints: signed statements of how far every chain had come, kept outside the database (docs/record.md).

Somebody who owns the database can write a chain anew so that it is whole by itself. What was signed and laid elsewhere
before then disagrees with it, and `engine/record/verifier.py` says where.
"""

import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from sqlalchemy import Connection, func, select

from engine.base.laying import append_lines, lay
from engine.base.settings import BadSetting
from engine.record.chain import canonical
from engine.record.decided_log import DecidedLog
from engine.record.verifier import (
    CHECKPOINT,
    DECIDED_LOG,
    FIRST,
    HEADS,
    NUMBERED,
    Source,
    folder,
    merkle_root,
    of_database,
    of_sqlite,
)
from engine.tables import Act, Chain, Checkpoint

Heads = dict[str, tuple[int, str]]
# Every so many all heads are stated, in between those that moved: a file then stays small however many cases there are.
COMPLETE_EVERY = 24
NO_CHECKPOINT_BEFORE = "0" * 64
ROWS_AT_ONCE = 2000
# Longer than any command takes from the moment that it names until it is seen by others.
OVERLAP = timedelta(minutes=5)
OF_ANOTHER = "the folder of checkpoints holds one that is not of this database: was a backup put back? docs/record.md"
POSTGRESQL_MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

log = structlog.get_logger()


class SigningKey:
    """The private key that signs checkpoints; `name` is the SHA-256 of the public one, `public` that in PEM."""

    def __init__(self, path: Path) -> None:
        """Read from `path`, where it is made now if there is none. Raises BadSetting for what is no such key."""
        if not path.exists():
            lay(path, _new_key())
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise BadSetting(f"{path} is not an Ed25519 key in PEM without a password.")
        public = key.public_key()
        self.sign = key.sign
        self.public = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.name = sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def heads(connection: Connection, since: datetime | None = None) -> Heads:
    """The number and hash of the last act of every chain; with `since` only of those in which something was written
    from then on: the others cost nothing.
    """
    chains = select(Chain.name)
    if since is not None:
        chains = select(Act.chain.label("name")).where(Act.at >= since).distinct()
    moved = chains.subquery()
    last = select(func.max(Act.number)).where(Act.chain == moved.c.name).correlate(moved).scalar_subquery()
    rows = connection.execute(
        select(Act.chain, Act.number, Act.hash).join(moved, Act.chain == moved.c.name).where(Act.number == last)
    )
    return {row.chain: (row.number, row.hash.hex()) for row in rows}


def stated(connection: Connection) -> Heads:
    """The heads as the checkpoints say them: those of the last one that names all, and what moved since."""
    newest = connection.execute(select(Checkpoint.content).order_by(Checkpoint.number.desc()).limit(COMPLETE_EVERY))
    files: list[Any] = []
    for content in newest.scalars():
        files.append(orjson.loads(content))
        if said(files[-1])["complete"]:
            break
    return {chain: (number, digest) for file in reversed(files) for chain, number, digest in file["heads"]}


def said(file: Mapping[str, Any]) -> dict[str, Any]:
    """What was signed in a checkpoint."""
    return orjson.loads(file["statement"].partition("\n")[2])


def checkpoint(
    number: int,
    at: datetime,
    previous: bytes | None,
    now: Heads,
    before: Heads,
    key: SigningKey,
    restored: Mapping[str, Any] | None = None,
) -> bytes:
    """The bytes of a checkpoint. It names all heads where there is none `before`, else those that have moved.

    `restored`: of one that is made when a backup is put back, what `outside_now` says, and `since`: which was the
    newest in the backup.
    """
    moved = [[chain, *head] for chain, head in sorted(now.items()) if before.get(chain) != head]
    statement = canonical(
        {
            **({"restored": restored} if restored is not None else {}),
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "chains": len(now),
            "complete": not before,
            "entries": sum(last for last, _ in now.values()),
            "heads": sha256(orjson.dumps(moved)).hexdigest(),
            "merkle_root": merkle_root((chain, *head) for chain, head in now.items()),
            "number": number,
            "previous": sha256(previous).hexdigest() if previous else NO_CHECKPOINT_BEFORE,
        }
    )
    text = f"{CHECKPOINT}\n{statement.decode()}"
    signature = key.sign(text.encode()).hex()
    return canonical({"heads": moved, "key": key.name, "signature": signature, "statement": text})


def lay_out(connection: Connection, place: Path, key: SigningKey) -> None:
    """Writes the public key, what was decided, and each checkpoint newer than the newest that lies there. None is
    written over. The connection sees one moment, so that no checkpoint is ahead of what was decided.

    What lies there and is none of this database is told in the log of the server.
    """
    lay(place / f"{key.name}.pem", key.public)
    DecidedLog(place, key).catch_up(connection)
    newest = newest_outside(place)
    rows = connection.execute(
        select(Checkpoint.number, Checkpoint.content).where(Checkpoint.number >= newest).order_by(Checkpoint.number)
    )
    contents = {row.number: row.content for row in rows}
    if newest and not _goes_on((place / file_name(newest)).read_bytes(), contents.pop(newest, None), contents):
        log.error(OF_ANOTHER, folder=str(place), checkpoint=newest)
    for number, content in contents.items():
        lay(place / file_name(number), content)


def _goes_on(outside: bytes, same: bytes | None, later: Mapping[int, bytes]) -> bool:
    """Whether the newest outside is of this database, or the next one of it was made to follow: a restoration."""
    if same is None and later:
        return said(orjson.loads(later[min(later)]))["previous"] == sha256(outside).hexdigest()
    return same == outside


def newest_outside(place: Path) -> int:
    """The highest number of the checkpoints in the folder, 0 where none is there."""
    return max((int(path.stem) for path in place.glob("*.json") if NUMBERED.fullmatch(path.name)), default=0)


def file_name(number: int) -> str:
    return f"{number:06}.json"


def log_sizes(place: Path) -> dict[str, int]:
    """How many bytes each file of the log of heads has, and that of what was decided."""
    files = (*sorted((place / "heads").glob("*.log")), *place.glob(DECIDED_LOG))
    return {path.name: path.stat().st_size for path in files}


class HeadsLog:
    """Lines of `<time> <chain> <number> <hash>` for every head that has moved, in a file for each day.

    What is written at one time is signed in a line behind it: `<time> signed <before> <lines> <key> <signature>`, where
    `before` is the SHA-256 of the signature that this process wrote before.
    """

    def __init__(self, place: Path, key: SigningKey) -> None:
        self._place = place / "heads"
        self._key = key
        self._written: Heads = {}
        self._at: datetime | None = None
        self._before = FIRST.decode()
        self._decided = DecidedLog(place, key)

    def note(self, connection: Connection, at: datetime) -> None:
        """All heads at first: what was written before this process began is not known to it. The connection sees one
        moment, so that no head is ahead of what was decided, which is noted before.

        Then those of chains that moved since the last time, or shortly before it: a command names the moment at which
        it was given, and is seen when it is done. After a clock that was put back, from the earlier of the two moments.
        """
        since = None if self._at is None else min(self._at, at) - OVERLAP
        self._decided.catch_up(connection)
        self.write(heads(connection, since), at)
        self._at = at

    def write(self, now: Heads, at: datetime) -> None:
        """What was written the last time is not written again."""
        time = at.astimezone(UTC).isoformat(timespec="seconds")
        moved = [
            f"{time} {chain} {number} {digest}\n"
            for chain, (number, digest) in sorted(now.items())
            if self._written.get(chain) != (number, digest)
        ]
        if moved:
            lines = "".join(moved).encode()
            signature = self._key.sign(HEADS + f"{self._before}\n".encode() + lines).hex()
            seal = f"{time} signed {self._before} {len(moved)} {self._key.name} {signature}\n"
            append_lines(self._place / f"{time[:10]}.log", lines + seal.encode())
            self._before = sha256(signature.encode()).hexdigest()
        self._written = now


def source(connection: Connection, place: Path) -> Source:
    """The whole record as the verifier reads it: the database as of one moment, and what lies in the folder."""
    outside = folder(place) if place.is_dir() else None
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return of_sqlite(driver, outside)
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def query(statement: str) -> Iterator[tuple[Any, ...]]:
        # A cursor with a name leaves the rows on the server, and brings them as they are asked for.
        with driver.cursor(name=f"verify_{secrets.token_hex(4)}", binary=True) as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield from cursor.execute(statement)

    return of_database(query, outside, POSTGRESQL_MOMENT)


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
