"""What was decided of each item that is held of a child, and what of it holds still."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from engine.base.errors import NotPossible, RefusalCode
from engine.facts.subject_requests import (
    BASES,
    BLACKED_OUT,
    CHILD_ABUSE,
    GIVEN,
    GROUNDS,
    OTHER,
    WITHHELD,
    digest_of,
    is_in,
    phrases,
    request_row,
)
from engine.forms.findings import Finding
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.reads.case.subject_items import HeldOfChild, ItemSheet, SubjectItem, held_of_child
from engine.tables import NamedRow, SubjectDecision

CLOSED = "This request is closed: what is held of the child is not shown for it any more."


@dataclass(frozen=True, slots=True)
class DecidedItem:
    """`ground`: why it is withheld, or on what basis it is given with somebody else in it."""

    item: str
    case: str | None
    decision: str
    ground: str
    reason: str
    hidden: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class RequestAtWork:
    """`decided` are the decisions that hold still, by item: of what has changed since, or came since, there is none."""

    row: NamedRow
    held: HeldOfChild
    decided: Mapping[str, DecidedItem]

    @property
    def undecided(self) -> tuple[SubjectItem, ...]:
        return tuple(one for one in self.held.items if one.id not in self.decided)

    @property
    def fingerprint(self) -> str:
        """Of all that was decided, and of that nothing else is held. A ground is told in the pack, or is not."""
        return digest_of([[one.item, one.decision, one.ground, one.digest] for one in self.decided.values()])

    def as_shown(self, sheet: ItemSheet) -> str:
        """Of what whoever decides on a sheet has before them: what it holds, and what was decided of it."""
        return digest_of([[one.id, one.digest(()), self._before(one)] for one in sheet.items])

    def _before(self, item: SubjectItem) -> list[object]:
        one = self.decided.get(item.id)
        return [one.decision, one.ground, one.reason, [*one.hidden]] if one else []

    def left_in(self, sheet: ItemSheet) -> int:
        return sum(one.id not in self.decided for one in sheet.items)


def request_at_work(connection: Connection, actor: Actor, request: str) -> RequestAtWork:
    """Raises NotFound, also for a child from whom the actor is barred; NotPossible where it is closed."""
    row = request_row(connection, actor, request)
    if row.closed_at:
        raise NotPossible(CLOSED, code=RefusalCode.SUBJECT_CLOSED)
    held = held_of_child(connection, actor, row.case_id)
    items = {one.id: one for one in held.items}
    rows = connection.execute(
        select(SubjectDecision.__table__).where(SubjectDecision.request_id == request).order_by(SubjectDecision.item)
    )
    found = (_decided(one) for one in rows)
    holds = {one.item: one for one in found if one.item in items and items[one.item].digest(one.hidden) == one.digest}
    return RequestAtWork(row, held, holds)


def _decided(row: NamedRow) -> DecidedItem:
    return DecidedItem(row.item, row.case_id, row.decision, row.ground, row.reason, tuple(row.hidden), row.digest)


def may_be_made(work: RequestAtWork) -> None:
    """Raises NotPossible while a case of the child is kept from the actor, or something is to be decided yet."""
    if work.held.kept:
        words = "A case of this child is restricted, and you are not named in it. Somebody who is makes the pack."
        raise NotPossible(words, code=RefusalCode.SUBJECT_KEPT)
    if work.undecided and not work.row.made_at:
        words = "Something that is held has not been decided yet. Nothing leaves unasked: decide on each item first."
        raise NotPossible(words, code=RefusalCode.SUBJECT_LEFT)


def decision_form(sheet: ItemSheet) -> Schema:
    """Three questions or more for each item, by its number in the sheet. None must be answered now."""
    fields: dict[str, Any] = {}
    for number, item in enumerate(sheet.items):
        fields |= _fields(number, item)
    return {"title": sheet.title, "properties": fields, "required": []}


def _fields(number: int, item: SubjectItem) -> dict[str, Schema]:
    decision, basis = f"decision_{number}", f"basis_{number}"
    choices = [
        {"const": GIVEN, "title": "Give it"},
        {"const": BLACKED_OUT, "title": "Give it with words blacked out"},
        {"const": WITHHELD, "title": "Withhold it"},
    ]
    asked: dict[str, Schema] = {decision: {"type": "string", "title": f"Do you give “{item.title}”?", "oneOf": choices}}
    if item.has_others:
        asked[basis] = {
            "type": "string",
            "title": "Somebody else is in it. Why may it be given?",
            "oneOf": [{"const": name, "title": words} for name, words in BASES.items()],
            "x-ui": {"kind": "one_of", "show_if": {decision: GIVEN}},
        }
    asked[f"hidden_{number}"] = {
        "type": "string",
        "title": "Which words?",
        "description": "One on each line, as they stand there.",
        "maxLength": 20_000,
        "x-ui": {"kind": "long_text", "rows": 3, "show_if": {decision: BLACKED_OUT}},
    }
    asked[f"ground_{number}"] = {
        "type": "string",
        "title": "Why is it withheld?",
        "oneOf": [{"const": one.name, "title": one.words, "description": one.source} for one in GROUNDS.values()],
        "x-ui": {"kind": "one_of", "show_if": {decision: WITHHELD}},
    }
    asked[f"reason_{number}"] = {
        "type": "string",
        "title": "Another reason",
        "maxLength": 500,
        "x-ui": {"kind": "text", "show_if": {f"ground_{number}": OTHER}},
    }
    return asked


def typed_before(work: RequestAtWork, sheet: ItemSheet) -> dict[str, Any]:
    """The answers to `decision_form` by what was decided; of what was not, the words that are likely to be blacked
    out.
    """
    filled: dict[str, Any] = {}
    for number, item in enumerate(sheet.items):
        before = work.decided.get(item.id)
        hidden = before.hidden if before and before.hidden else item.names
        said = {"decision": before.decision, "basis": before.ground, "ground": before.ground} if before else {}
        said = {**said, "hidden": "\n".join(hidden), "reason": before.reason if before else ""}
        filled |= {f"{name}_{number}": value for name, value in said.items() if value}
    return filled


def against(sheet: ItemSheet, asked_by: str, given: Mapping[str, Any]) -> Iterator[Finding]:
    """What speaks against what was typed: a decision that lacks its ground, or has one that is not for whoever asks,
    words that are not there, others’ names that would stay.
    """
    for number, item in enumerate(sheet.items):
        decision, hidden = given.get(f"decision_{number}"), phrases(str(given.get(f"hidden_{number}") or ""))
        if decision == GIVEN and item.has_others and not given.get(f"basis_{number}"):
            yield Finding((f"basis_{number}",), "Say why it may be given though somebody else is in it")
        elif decision == BLACKED_OUT:
            yield from _of_words(f"hidden_{number}", item, hidden)
        elif decision == WITHHELD:
            yield from _of_ground(number, asked_by, given)


def _of_ground(number: int, asked_by: str, given: Mapping[str, Any]) -> Iterator[Finding]:
    ground, reason = given.get(f"ground_{number}"), f"reason_{number}"
    if not ground:
        yield Finding((f"ground_{number}",), "Say why it is withheld")
    elif ground == CHILD_ABUSE and asked_by == "child":
        yield Finding((f"ground_{number}",), "The child asks: this ground is for where a parent or somebody else does")
    elif ground == OTHER and not str(given.get(reason) or "").strip():
        yield Finding((reason,), "Write the reason, with the paragraph of the law")


def _of_words(field: str, item: SubjectItem, hidden: tuple[str, ...]) -> Iterator[Finding]:
    if not hidden:
        yield Finding((field,), "Write which words are blacked out")
    elif absent := next((one for one in hidden if not is_in(one, item.words)), ""):
        yield Finding((field,), f"“{absent}” does not stand in it")
    elif left := next((one for one in item.names if is_in(one, item.without(hidden))), ""):
        yield Finding((field,), f"“{left}” would still stand in it")


def decided_in(sheet: ItemSheet, said: Mapping[str, Any], before: Mapping[str, DecidedItem]) -> tuple[DecidedItem, ...]:
    """Of checked answers those decisions that are others than before."""
    found = (_one(sheet, number, item, said) for number, item in enumerate(sheet.items))
    return tuple(one for one in found if one and one != before.get(one.item))


def _one(sheet: ItemSheet, number: int, item: SubjectItem, said: Mapping[str, Any]) -> DecidedItem | None:
    decision = said.get(f"decision_{number}")
    if decision is None:
        return None
    hidden = phrases(said[f"hidden_{number}"]) if decision == BLACKED_OUT else ()
    ground = said.get(f"ground_{number}", "") if decision == WITHHELD else ""
    basis = said.get(f"basis_{number}", "") if decision == GIVEN and item.has_others else ""
    reason = said.get(f"reason_{number}", "") if ground == OTHER else ""
    return DecidedItem(item.id, sheet.case, decision, ground or basis, reason, hidden, item.digest(hidden))
