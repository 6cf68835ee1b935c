"""Letters held against what their case's entries say of them: that they were written, to whom, and what became of them.

A letter is looked for by the id that its entry names, wherever its row stands: with a case that is joined to another
one its letters go there, and what becomes of them is said in that chain.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, or_, select

from engine.casework.letter_steps import STATES
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.rerun.differences import NOTHING, Difference, differences
from engine.tables import Outbox
from engine.tables.desk_tables import SETTLED

WITH_US = "with us"
"""Whether a letter that is with us is being handed over just now is no entry."""
AT_ONCE = 500
_TAKEN_BACK = dict.fromkeys(("withdrawn", "not_needed"), "withdrawn")
_STATES: Mapping[str, str] = {**STATES, **_TAKEN_BACK, "sent_again": WITH_US}
_UNTIL_THEN = {"waiting": WITH_US, "handing_over": WITH_US}


def letter_differences(
    live: Connection, case: str, chain: Sequence[RecordedEntry], joined: Iterable[Sequence[RecordedEntry]]
) -> Iterator[Difference]:
    """`joined` are the chains of the cases that were one with this one for a time, whose letters may stand with it."""
    joined = [*joined]
    said = _written(chain)
    others = {letter for one in joined for letter in _written(one)}
    stands = _rows(live, case, said)
    gone_on = {row["case_id"] for row in stands.values()} - {case}
    elsewhere = [lines(live, case_chain(one), ["letter"]) for one in sorted(gone_on)]
    entries = {(entry.chain, entry.number): entry for one in (chain, *joined, *elsewhere) for entry in one}
    _carry_on(said, sorted(entries.values(), key=lambda entry: entry.at))
    for letter in dict.fromkeys([*stands, *said]):
        if letter in said or letter not in others:
            known, row = said.get(letter), stands.get(letter)
            compared = _compared(row, known) if row and known else row or NOTHING
            yield from differences(f"letter {letter}", compared, known or NOTHING)


def _written(chain: Sequence[RecordedEntry]) -> dict[str, dict[str, Any]]:
    """By id, what is said of each when it was put in the outbox. An entry that nobody can have written is left out: the
    case done again names it.
    """
    found: dict[str, dict[str, Any]] = {}
    for entry in chain:
        if entry.kind == "queued" and entry.payload:
            with suppress(LookupError, TypeError, ValueError, AttributeError):
                found |= _put(entry.payload)
    return found


def _put(said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """To whom is said of one person, not of a role."""
    to, letters = said["recipient"], said.get("letters", ())
    people = [f"account:{one}" for one in said["people"]] if "people" in said else [to] * len(letters)
    found: dict[str, dict[str, Any]] = {}
    for letter, recipient in zip(letters, people, strict=False):
        one = {"kind": said["kind"], "subject": said["subject"], "state": WITH_US, "settled_at": None}
        named = "@" in recipient or recipient.startswith("account:")
        found[letter] = {**one, **({"recipient": recipient} if named else {})}
    return found


def _carry_on(said: dict[str, dict[str, Any]], entries: Iterable[RecordedEntry]) -> None:
    for entry in entries:
        step = entry.payload or {}
        if entry.kind == "letter" and step.get("letter") in said and step.get("what") in _STATES:
            state = _STATES[step["what"]]
            said[step["letter"]] |= {"state": state, "settled_at": entry.at if state in SETTLED else None}


def _rows(live: Connection, case: str, said: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Those of the case, and those that its entries name."""
    columns = (Outbox.id, Outbox.case_id, Outbox.kind, Outbox.subject, Outbox.recipient, Outbox.state)
    named = sorted(said)
    found: dict[str, dict[str, Any]] = {}
    for first in range(0, max(1, len(named)), AT_ONCE):
        some = Outbox.id.in_(named[first : first + AT_ONCE])
        rows = live.execute(select(*columns, Outbox.settled_at).where(or_(Outbox.case_id == case, some)))
        found |= {row["id"]: dict(row) for row in rows.mappings()}
    return found


def _compared(row: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a row as much as the record says."""
    return {**{name: row[name] for name in known}, "state": _UNTIL_THEN.get(row["state"], row["state"])}
