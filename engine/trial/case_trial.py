"""One recorded case done again on a draft: whatever people did is done as far as the draft asks for it.

Each act is done at the moment at which it was done, with the answers that were accepted then. Where the draft does not
ask for it, the process parts from what was recorded, and what was done in it after that is left out; the other
processes of the case go on. What has run out on the draft alone is acted on before each act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, select

from engine import forms
from engine.base.database import undone_if_it_fails
from engine.base.errors import BadAnswers
from engine.base.subject import START, Subject
from engine.casework.locking import lock_case
from engine.casework.running_out import is_due, run_out
from engine.commands.recorded_act import Act
from engine.facts.authority import Settled
from engine.facts.circumstances import situation
from engine.facts.models import model as model_of
from engine.people.command import Work
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.record.chain import NewEntry, RecordedEntry
from engine.rerun.chain_rerun import FAULTS, SPEAKING, ChainRerun
from engine.rerun.doing import began
from engine.rerun.outside import Outside, set_up
from engine.tables import Case, Deadline, WorkItem
from engine.timescales.rules import Clock, due
from engine.trial.comparing import RunClock, ToldSoFar, compared, told_of
from engine.trial.limits import DAY_THAT_LIES_ELSEWHERE, Followed, starts_alike
from engine.trial.trial_findings import Cause, ClockTried, TrialFinding

BESIDE = frozenset(
    {"taken", "given", "handed_back", "letter", "alarm", "part", "part_ended", "recalculated", "disputed"}
    | {"answers_corrected", "found_still_right", "shared", "sharing_wish", "action_agreed", "action_told"}
    | {"departure_asked", "departure_refused"}
)
"""Acts that move no process: where one cannot be done on the draft, what it was about is not there, which shows."""


@dataclass(slots=True)
class CaseTrial:
    """`parted` are recorded instances in which nothing more can be tried. `then` and `now` are by what could be done,
    and `recorded` is all that the record says.
    """

    connection: Connection
    case: str
    authority: str
    draft: Model
    rerun: ChainRerun
    parted: set[str] = field(default_factory=set[str])
    found: list[TrialFinding] = field(default_factory=list[TrialFinding])
    then: ToldSoFar = field(default_factory=ToldSoFar)
    now: ToldSoFar = field(default_factory=ToldSoFar)
    recorded: ToldSoFar = field(default_factory=ToldSoFar)
    done: set[int] = field(default_factory=set[int])

    def along(self) -> None:
        """Through the whole record; `found` is what the draft would have done otherwise."""
        self._follow()
        self.found += compared(self.then, self.now, self._model_of, self.draft)

    @property
    def _acts(self) -> list[tuple[Act, Outside]]:
        """As far as the case was one of one child: what fell to which of two children is done again by no draft."""
        return [*takewhile(lambda one: one[0][0].kind not in ("gave_back", "separated"), self.rerun.chain.acts)]

    def _follow(self) -> None:
        before: Outside | None = None
        for act, stood in self._acts:
            if came := next((entry for entry in act if entry.kind == "took_over"), None):
                self._follow_joined(came)
                before = None
            outside = replace(stood, bundles=(self.draft.hash,))
            set_up(self.connection, self.authority, before, outside)
            before = outside
            self._note_recorded(act, stood)
            first = began(act)
            if first.instance in self.parted:
                continue
            if first.kind == "migrated":  # on the draft everything runs from the beginning
                self.then.bundles[first.instance or ""] = first.bundle or ""
                self.done.add(act[0].number)
            elif first.kind == "deadline":
                self._run_out_as_recorded(act, first)
            else:
                self._run_out_what_is_due(act)
                self._do(act, first)

    def _follow_joined(self, came: RecordedEntry) -> None:
        """The case that is joined to this one is followed first, in the same place, as far as it went by itself. What
        would have been otherwise in it is found where that case is tried.
        """
        joined = (came.payload or {})["case"]
        trial = CaseTrial(
            self.connection, joined, self.authority, self.draft, self.rerun.of_joined(joined), self.parted
        )
        trial._follow()
        for mine, theirs in ((self.then, trial.then), (self.now, trial.now), (self.recorded, trial.recorded)):
            mine.take_over(theirs, came.act)

    def _note_recorded(self, act: Act, stood: Outside) -> None:
        told_of(self.recorded, act, act[0].number, {})
        for those in self.recorded.clocks.values():
            for clock in takewhile(lambda one: one.stood is None, reversed(those)):
                clock.stood = stood

    def clocks(self, *, goes_on: bool) -> tuple[ClockTried, ...]:
        """Once it has been along. What runs in a case that `goes_on` in another one is told there."""
        followed = Followed(
            recorded=self.recorded,
            now=self.now,
            done=frozenset(self.done),
            has_parted=bool(self.parted),
            until=self._acts[-1][0][0].at,
            recorded_rule=self._recorded_rule,
            due_by_limit=self._due_by_limit,
            draft=self.draft,
        )
        return tuple(one for one in followed.clocks() if not (goes_on and one.runs))

    def _recorded_rule(self, clock: str, was: RunClock) -> Clock | None:
        bundle = self.recorded.bundles.get(was.instance)
        return model_of(self.connection, bundle).rules.get(clock) if bundle else None

    def _due_by_limit(self, clock: str, was: RunClock) -> datetime | None:
        stood, before, after = was.stood, self._recorded_rule(clock, was), self.draft.rules.get(clock)
        if stood is None or before is None or after is None or not starts_alike(before, after):
            return None
        if after.counts_from.named in DAY_THAT_LIES_ELSEWHERE:
            return None
        return due(
            Settled(stood.calendar, dict(stood.limits), stood.bundle).rule(after), was.counted_from, stood.calendar
        )

    def _do(self, act: Act, first: RecordedEntry) -> None:
        self._look_at_answers(act, first)
        try:
            with undone_if_it_fails(self.connection):
                facts = self.rerun.do(act)
        except FAULTS as fault:
            if first.kind not in BESIDE:
                self._part(act, first, fault)
            return
        self.done.add(act[0].number)
        self._keep(act, facts)

    def _part(self, act: Act, first: RecordedEntry, fault: Exception) -> None:
        """What was asked then and is not now shows by itself; anything else that stops it is said."""
        self.parted.add(first.instance or "")
        if first.kind == "completed" and not self._is_open(first):
            return
        said = str(fault) if isinstance(fault, SPEAKING) else type(fault).__name__
        begun = next((line.payload["process"] for line in act if line.kind == "started" and line.payload), "")
        process = self.then.processes.get(first.instance or "", begun)
        self.found.append(TrialFinding(Cause("cannot_go_on", process, first.element or "", is_now=said), first.number))

    def _is_open(self, completed: RecordedEntry) -> bool:
        mine = WorkItem.instance_id == self._mine(completed)
        place = (mine, WorkItem.element == completed.element, WorkItem.closed_at.is_(None))
        return self.connection.execute(select(WorkItem.id).where(*place).limit(1)).one_or_none() is not None

    def _mine(self, line: RecordedEntry) -> str | None:
        """The instance on the draft that stands for the one of the entry."""
        return next((mine for mine, recorded in self.rerun.recorded.items() if recorded == line.instance), None)

    def _keep(self, act: Act, facts: Sequence[NewEntry]) -> None:
        """What was recorded with an act and what came of it on the draft, instances named alike."""
        number = act[0].number
        self._pair(act, facts)
        told_of(self.then, act, number, {})
        told_of(self.now, facts, number, self.rerun.recorded)

    def _pair(self, act: Act, facts: Sequence[NewEntry]) -> None:
        """By the process, of each kind the first with the first: what stands for what from here on."""
        for kind, names in (("started", "process"), ("queued", "recipient"), ("alarm", "what")):
            left = [line for line in act if line.kind == kind]
            for fact in (one for one in facts if one.kind == kind):
                said = fact.payload or {}
                same = (line for line in left if (line.payload or {}).get(names) == said.get(names))
                if (line := next(same, None)) is None:
                    continue
                left.remove(line)
                self._stands_for(fact, line)

    def _stands_for(self, fact: NewEntry, line: RecordedEntry) -> None:
        recorded, said = line.payload or {}, fact.payload or {}
        if fact.kind == "started":
            self.rerun.recorded[fact.instance or ""] = line.instance or ""
        elif fact.kind == "queued":
            self.rerun.recorded |= dict(zip(said.get("letters", ()), recorded.get("letters", ()), strict=False))
        else:
            self.rerun.recorded.setdefault(said.get("alarm", ""), recorded.get("alarm", ""))

    def _run_out_as_recorded(self, act: Act, first: RecordedEntry) -> None:
        """At the recorded moment, where the clock runs on the draft as well and has run out by then."""
        said = first.payload or {}
        same = (Deadline.clock == said.get("clock"), Deadline.number == said.get("number"))
        if self.connection.execute(self._due(first).where(*same)).one_or_none() is not None:
            self._do(act, first)

    def _run_out_what_is_due(self, act: Act) -> None:
        """Those that have run out on the draft alone."""
        first, facts = act[0], list[NewEntry]()

        def take(*given: Any, **_named: Any) -> None:
            facts.extend(given[4])

        work = Work(self.connection, SYSTEM.at(self.authority), first.at, take, alone=True)
        while due := self.connection.execute(self._due(first).limit(1)).one_or_none():
            try:
                with undone_if_it_fails(self.connection):
                    run_out(lock_case(work, self.case), due.id)
            except FAULTS as fault:
                self._part(act, first, fault)
                return
        told_of(self.now, facts, first.number, self.rerun.recorded)

    def _due(self, first: RecordedEntry) -> Any:
        order = (Deadline.due_at, Deadline.clock, Deadline.number)
        return select(Deadline.id).where(Deadline.case_id == self.case, is_due(first.at)).order_by(*order)

    def _look_at_answers(self, act: Act, first: RecordedEntry) -> None:
        """Whether the draft would take what was answered; what it refuses as the models of that time would here, where
        little but the case is there, says nothing.
        """
        line = next(
            (one for one in act if one.kind in ("started", "completed") and "answers" in (one.payload or {})), None
        )
        said = (line and line.payload) or {}
        if line is None or not said["answers"]:  # a message starts it with none
            return
        process = said.get("process") or self.then.processes.get(line.instance or "", "")
        element = START if line.kind == "started" else line.element or ""
        refused = self._refusals(self.draft, process, element, first, said)
        bundle = self.then.bundles.get(line.instance or "") or line.bundle
        if refused and bundle and not self._refusals(model_of(self.connection, bundle), process, element, first, said):
            self.found.append(TrialFinding(Cause("answer_refused", process, element, is_now=refused[0]), line.number))

    def _refusals(
        self, model: Model, process: str, element: str, first: RecordedEntry, said: Mapping[str, Any]
    ) -> Sequence[str]:
        form = model.form(process, element)
        if form is None or process not in model.drawings:
            return ()
        there = self.connection.execute(select(Case.id).where(Case.id == self.case)).one_or_none()
        subject = Subject(
            process, element, self.case if there else None, self._mine(first), by_anyone=first.actor == ""
        )
        try:
            stands = situation(self.connection, self.rerun.actor(first), model, subject, said["answers"], first.at)
            forms.check(form, said["answers"], stands.holding, first.at, stands.choices)
        except BadAnswers as refused:
            return [*refused.problems.values()]
        except FAULTS:
            return ()
        return ()

    def _model_of(self, instance: str) -> Model:
        """On which the recorded instance ran."""
        return model_of(self.connection, self.then.bundles[instance])
