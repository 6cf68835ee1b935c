"""What was decided and must outlive a backup that is put back, in a file in the folder outside: erasures, bars,
restrictions, legal holds, roles and covers that ended, accounts that were disabled, passwords that were changed and
what else was taken from somebody by which they signed in, each with the place and the hash of its entry.

It holds ids alone, and of a password whether it is the same one hashed anew, and nothing of anybody. Each line is
signed, so that nobody else can have a case erased by it (docs/record.md).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, select

from engine.base.laying import append_lines
from engine.record.chain import authority_chain, canonical, entries_of
from engine.record.verifier import DECIDED, DECIDED_FORM, DECIDED_LOG, DecidedLine, decided_lines
from engine.tables import Act, Payload

SAID: Mapping[str, tuple[str, ...]] = {
    "barred": ("bar", "person", "account"),
    "bar_ended": ("bar",),
    "case_restricted": ("restriction", "case", "accounts"),
    "restriction_changed": ("restriction", "case", "accounts"),
    "restriction_ended": ("restriction",),
    "role_ended": ("membership", "held_until"),
    "account_disabled": ("account",),
    "account_enabled": ("account",),
    "legal_hold_set": ("hold", "case"),
    "legal_hold_lifted": ("hold",),
    "cover_ended": ("cover", "held_until"),
    "password_set": ("account", "anew"),
    "password_taken_away": ("account",),
    "second_factor_taken_away": ("account",),
    "provider_unlinked": ("account",),
    "erased": ("erasure", "case", "cases", "rule", "proposed_by"),
}
"""Of each kind of entry, what of its payload goes outside."""


class Signs(Protocol):
    """A key that signs."""

    name: str

    @property
    def sign(self) -> Callable[[bytes], bytes]: ...


class DecidedLog:
    """What is not there yet is added, whoever wrote it and however long ago."""

    def __init__(self, place: Path, key: Signs) -> None:
        self._path = place / DECIDED_LOG
        self._key = key
        self._listed: set[tuple[str, int, str]] | None = None
        self._seen: dict[str, int] = {}

    def catch_up(self, connection: Connection) -> int:
        """Gives how many lines were added. Raises OSError where they cannot be written."""
        if self._listed is None:
            self._listed = {line.place for line in read(self._path)}
        new = [line for line in self._since(connection) if line.place not in self._listed]
        if new:
            append_lines(self._path, b"".join(self._signed(line) for line in new))
            self._listed |= {line.place for line in new}
        return len(new)

    def _since(self, connection: Connection) -> Iterator[DecidedLine]:
        """Those of the entries that were added since the last time."""
        prefix = authority_chain("")
        newest = select(Act.chain, Act.number, Act.hash, Act.body, Payload.body.label("payload"))
        newest = newest.outerjoin(Payload, (Payload.chain == Act.chain) & (Payload.number == Act.number))
        for chain in connection.scalars(select(Act.chain).where(Act.chain.startswith(prefix), Act.number == 1)).all():
            own = Act.chain == chain, Act.number > self._seen.get(chain, 0), Act.kind.in_(DECIDED)
            for row in connection.execute(newest.where(*own).order_by(Act.number)):
                (entry,) = entries_of(row.body, row.payload)
                payload = entry.payload or {}
                said = {name: payload[name] for name in SAID[entry.kind] if name in payload}
                yield DecidedLine(chain, row.number, row.hash.hex(), entry.kind, entry.at.isoformat(), said)
                self._seen[chain] = row.number

    def _signed(self, line: DecidedLine) -> bytes:
        body = canonical(line.as_json())
        return b"%b %b %b\n" % (body, self._key.name.encode(), self._key.sign(DECIDED_FORM + body).hex().encode())


@dataclass(frozen=True, slots=True)
class Believed:
    """The lines that one of the keys signed, in their order; `others`: so many say nothing that can be believed."""

    lines: tuple[DecidedLine, ...]
    others: int


def believed(place: Path, signed: Callable[[str, bytes, str], bool]) -> Believed:
    """`signed`: whether the key of this name, which is known not from the folder alone, signed these bytes so."""
    lines: list[DecidedLine] = []
    others = 0
    for line, body, key, signature in _whole(place / DECIDED_LOG):
        if signed(key, DECIDED_FORM + body, signature):
            lines.append(line)
        else:
            others += 1
    return Believed(tuple(lines), others)


def read(path: Path) -> Collection[DecidedLine]:
    return [line for line, *_ in _whole(path)]


def _whole(path: Path) -> Iterator[tuple[DecidedLine, bytes, str, str]]:
    """Those that can be read; one that was cut short is written again."""
    content = path.read_bytes() if path.exists() else b""
    for _, found in decided_lines(content):
        if found:
            yield found
