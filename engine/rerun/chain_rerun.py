"""A chain followed act by act: each is done again, and its entries held against those that were recorded."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile, zip_longest
from typing import Any, cast

import orjson
from sqlalchemy import Connection, case, update
from sqlalchemy.exc import SQLAlchemyError

from engine.base.errors import BadModel, Refusal
from engine.commands.recorded_act import Act, CannotRedo
from engine.facts.models import in_force
from engine.people.command import Work
from engine.people.identity import SYSTEM, Actor, Held, without_account
from engine.process.run import NotThere
from engine.record.chain import NewEntry, RecordedEntry, Role, canonical
from engine.rerun.differences import NOTHING, Difference, differences
from engine.rerun.doing import do_again
from engine.rerun.in_turn import Turns
from engine.rerun.outside import Outside, closures_of, set_up
from engine.tables import Outbox

# These say in their own words what is wrong; of the others only the kind is told, for they may quote an answer.
SPEAKING = (CannotRedo, Refusal, BadModel, NotThere)
# Steps of a letter that was still with us when it was needed no more.
TAKEN_BACK = frozenset({"withdrawn", "not_needed"})
# What an entry says by an id that is another one each time.
RANDOM = frozenset({"action", "alarm", "by", "calls", "instances", "with", "letter", "letters"})
# Whatever is recorded or stored may have been changed by anybody, so any of these may come of doing it again.
OTHER = CannotRedo("the case that was joined to it cannot be done again")
FAULTS = (*SPEAKING, LookupError, TypeError, ValueError, AttributeError, SQLAlchemyError)


@dataclass(frozen=True, slots=True)
class RecordedChain:
    """The acts of a case, each with what stood outside it then, and the child as the case was opened for."""

    acts: tuple[tuple[Act, Outside], ...]
    child: Mapping[str, Any]


@dataclass(slots=True)
class ChainRerun:
    """`recorded` leads from an instance, letter, alarm or action of the scratch database to the recorded one.

    `stopped`: an act could not be done again, so what came after it was not tried. `chains` are by case: that of this
    `case`, and those of cases that were one with it for a time, which are done again in the same place
    (engine/rerun/in_turn.py).
    """

    connection: Connection
    authority: str
    case: str
    chains: Mapping[str, RecordedChain]
    recorded: dict[str, str] = field(default_factory=dict[str, str])
    stopped: bool = False

    @property
    def chain(self) -> RecordedChain:
        return self.chains[self.case]

    def along(self) -> Iterator[Difference]:
        before: Outside | None = None
        turns = Turns({name: [act for act, _ in chain.acts] for name, chain in self.chains.items()})
        for name, place in turns.of(self.case):
            act, outside = self.chains[name].acts[place]
            try:
                _must_be_published(act, outside)
                set_up(self.connection, self.authority, before, outside)
                before = outside
                facts = self.do(act, self.chains[name].child)
            except FAULTS as fault:
                self.stopped = True
                own = self.chain.acts[turns.done.get(self.case, 0) - (name == self.case)][0]
                yield Difference(_place(own[0]), "", "it was done", _why(fault if name == self.case else OTHER))
                return
            found = self._held_against(act, facts)
            if name == self.case:
                yield from found
            else:
                deque(found, maxlen=0)  # what differs there is said where that case is re-run

    def of_joined(self, case: str) -> "ChainRerun":
        """The other case, as far as it went by itself."""
        came = self.chains[case]
        alone = takewhile(lambda one: one[0][0].kind != "joined", came.acts)
        chains = {**self.chains, case: RecordedChain(tuple(alone), came.child)}
        return ChainRerun(self.connection, self.authority, case, chains, self.recorded)

    def do(self, act: Act, child: Mapping[str, Any] | None = None) -> list[NewEntry]:
        """The entries that come of it. `child` is that of another case, where it is one of another."""
        taken: list[NewEntry] = []

        def take(
            connection: Connection,
            chain: str,
            actor: str,
            at: datetime,
            facts: Sequence[NewEntry],
            sees: str = "",
            roles: Iterable[Role] = (),
        ) -> None:
            del connection, chain, actor, at, sees, roles  # as they were recorded: they were given to it
            taken.extend(facts)

        first = act[0]
        by = self.actor(first)
        standing = {recorded: mine for mine, recorded in self.recorded.items()}
        _on_their_way(self.connection, act, standing)
        child = self.chain.child if child is None else child
        do_again(Work(self.connection, by, first.at, take, alone=True), act, standing, child)
        return taken

    def actor(self, first: RecordedEntry) -> Actor:
        """Raises NotFound for who neither has an account nor can act without one."""
        if first.actor == SYSTEM.signature:
            return SYSTEM.at(self.authority)
        role = in_force(self.connection, self.authority).roles.get(first.actor)
        if role is not None and not role.account:
            return without_account(role.id, role.name, self.authority)
        return as_they_were(first, self.authority)

    def _held_against(self, act: Act, facts: Sequence[NewEntry]) -> Iterator[Difference]:
        for number, (line, fact) in enumerate(zip_longest(act, facts)):
            if line is None:
                yield Difference(f"after entry {act[-1].number}", "", NOTHING, _named(fact))
            elif fact is None:
                yield Difference(_place(line), "", _named(line), NOTHING)
            else:
                yield from self._compared(act[0], number, line, fact)

    def _compared(self, first: RecordedEntry, number: int, line: RecordedEntry, fact: NewEntry) -> Iterator[Difference]:
        if line.kind == fact.kind == "started" and line.instance and fact.instance:
            self.recorded[fact.instance] = line.instance
        if line.kind == fact.kind == "queued":
            self.recorded |= dict(zip(_letters(fact), _letters(line), strict=False))
        if line.kind == fact.kind == "action_agreed":
            self.recorded[(fact.payload or {})["action"]] = (line.payload or {})["action"]
        if line.kind == fact.kind == "alarm":
            self.recorded.setdefault((fact.payload or {})["alarm"], (line.payload or {})["alarm"])
        at = {"number": line.number, "act": line.act, "at": line.at, "actor": line.actor}
        expected = {"number": first.number + number, "act": first.number, "at": first.at, "actor": first.actor}
        recorded = {**at, **_fields(line), "instance": line.instance}
        redone = {**expected, **_fields(fact), "instance": self.recorded.get(fact.instance or "", fact.instance)}
        if recorded != redone:
            yield from differences(_place(line), recorded, redone)
        yield from self._payloads(line, fact)

    def _payloads(self, line: RecordedEntry, fact: NewEntry) -> Iterator[Difference]:
        recorded, redone = line.payload or {}, orjson.loads(canonical(fact.payload or {}))
        for name in RANDOM.intersection(redone):
            redone[name] = self._standing_for(redone[name])
        if canonical(_plain(redone)) != canonical(_plain(recorded)):
            yield from differences(_place(line), recorded, redone, ("payload",))

    def _standing_for(self, known: Any) -> Any:
        """What the record says where this was found: an instance, a letter, or several."""
        if isinstance(known, list):
            return [self._standing_for(one) for one in cast("list[Any]", known)]
        if isinstance(known, dict):
            return {name: self._standing_for(one) for name, one in cast("dict[str, Any]", known).items()}
        return self.recorded.get(known, known) if isinstance(known, str) else known


def _on_their_way(connection: Connection, act: Act, standing: Mapping[str, str]) -> None:
    """Which letters were being handed over is no entry: all that were not withdrawn by this may have been."""
    taken_back = [standing.get(said["letter"]) for said in _letter_steps(act) if said["what"] in TAKEN_BACK]
    state = case((Outbox.id.in_(taken_back), "waiting"), else_="handing_over")
    connection.execute(update(Outbox).where(Outbox.settled_at.is_(None)).values(state=state))


def _letter_steps(act: Act) -> list[Mapping[str, Any]]:
    return [entry.payload for entry in act if entry.kind == "letter" and entry.payload]


def _letters(queued: RecordedEntry | NewEntry) -> Sequence[str]:
    return (queued.payload or {}).get("letters", ())


def as_they_were(first: RecordedEntry, authority: str) -> Actor:
    """Whoever acted, with the roles that their act says they held: others may have been given at the same moment."""
    return Actor(first.actor, first.actor, tuple(Held(*role) for role in first.roles), authority)


def _must_be_published(act: Act, outside: Outside) -> None:
    """Raises CannotRedo."""
    for line in act:
        bundle = line.bundle or "(none)"
        if line.kind in ("started", "migrated") and bundle not in outside.bundles:
            raise CannotRedo(f"the publication of bundle {bundle[:12]} is not in the record")


def _fields(one: RecordedEntry | NewEntry) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "case": one.case,
        "element": one.element,
        "occurrence": one.occurrence,
        "bundle": one.bundle,
        "flows": one.flows,
    }


def _plain(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a calendar only what the authority settles. The library of bank holidays may be another one today: that is a
    difference where it counts otherwise.
    """
    return {**payload, "calendar": closures_of(payload["calendar"])} if "calendar" in payload else payload


def _why(fault: Exception) -> str:
    said = f": {fault}" if isinstance(fault, SPEAKING) else ""
    return f"it cannot be done: {type(fault).__name__}{said}"


def _place(line: RecordedEntry) -> str:
    return f"entry {line.number} ({_named(line)})"


def _named(one: RecordedEntry | NewEntry) -> str:
    what = (one.payload or {}).get("what") if one.kind == "deadline" else None
    clock = (one.payload or {}).get("clock") if one.kind == "deadline" else None
    return " ".join(str(part) for part in (one.kind, clock, what, one.element, one.occurrence) if part)
