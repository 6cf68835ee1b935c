"""The acts of a recorded case as the steps of a story, as far as a story can tell them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.casework.starting import JOINED
from engine.commands.recorded_act import Act
from engine.people.command import ROLES, CommandRight
from engine.process.bundle import START, Model
from engine.record.chain import RecordedEntry
from engine.rerun.chain_rerun import RecordedChain
from engine.rerun.doing import began
from engine.scenario.fields import children_of, roles_in
from engine.scenario.story import DEPART, HOLIDAY, ITSELF, SEND
from engine.trial.moved_days import MovedDays
from engine.trial.retold_answers import BIRTHS, RetoldAnswers, StepCompared
from engine.trial.retold_people import OF_AGENCY, RetoldPeople

Place = tuple[str, str, int]
Steps = list[dict[str, Any]]
NAMES = ("given_name", "family_name")
FROM_ELSEWHERE = ("heard", "joined", "took_over", "gave_back", "separated")
LEFT_OUT = (
    *("taken", "given", "handed_back", "alarm", "deadline", "recalculated", "migrated", "part", "part_ended"),
    *("disputed", "answers_corrected", "found_still_right", "shared", "sharing_wish"),
    *("action_agreed", "action_told"),
    *("departure_asked", "departure_refused"),
)
"""What follows by itself in a story, or makes no difference to what can be done next. An answer is told as it was given
first: by that the process went on.
"""
HANDED_OVER = "handed_over"
SAID_OF_LETTERS = {HANDED_OVER: "taken", "refused": "refused", "unknown": "silent"}


@dataclass(slots=True)
class RetoldSteps:
    """`agencies` are those of the case's work items, by instance, element and occurrence. `ended_by` says why the story
    ends before the record, if it does.
    """

    model: Model
    chain: RecordedChain
    days: MovedDays
    people: RetoldPeople
    answers: RetoldAnswers
    agencies: Mapping[Place, str]
    steps: Steps = field(default_factory=list[dict[str, Any]])
    child: dict[str, Any] = field(default_factory=dict[str, Any])
    ended_by: str = ""
    compared: list[StepCompared] = field(default_factory=list[StepCompared])
    _processes: dict[str, str] = field(default_factory=dict[str, str])
    _open: dict[Place, None] = field(default_factory=dict[Place, None])
    _closed: set[date] = field(default_factory=set[date])
    _answers: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def tell(self) -> None:
        for act, outside in self.chain.acts:
            first = began(act)
            step = {} if first.kind in LEFT_OUT else self._step(act, first)
            if self.ended_by:
                return
            if step:
                self.steps += self._closure_days(first, outside.closure_days)
                self.steps.append(step)
                self._compare(first, step)
            self._keep(act)
        self._end()

    @property
    def acts_of_people(self) -> int:
        return sum(began(act).kind not in (*LEFT_OUT, "letter") for act, _ in self.chain.acts)

    @property
    def ran_on_several(self) -> bool:
        return len({line.bundle for act, _ in self.chain.acts for line in act if line.kind == "started"}) > 1

    def process_of(self, line: RecordedEntry) -> str:
        return self._processes.get(line.instance or "", "")

    def processes(self) -> Sequence[str]:
        """In the order in which they began."""
        return [*dict.fromkeys(self._processes.values())]

    def _step(self, act: Act, first: RecordedEntry) -> dict[str, Any]:
        said = first.payload or {}
        self.ended_by = _why_it_ends(act, first)
        if self.ended_by:
            return {}
        if first.kind == "completed":
            return self._done(first)
        if first.kind == "departed":
            return self._departed(first)
        if first.kind == "letter":
            return self._letter(act, said["what"])
        if first.kind == "message":
            return self._begun(first, said["what"].removeprefix(JOINED), said["answers"])
        started = next(line for line in act if line.kind == "started")
        begun = started.payload or {}
        return self._begun(first, begun["process"], begun["answers"])

    def _letter(self, act: Act, what: str) -> dict[str, Any]:
        """One that did a task by leaving, or that did not leave."""
        matters = what != HANDED_OVER or any(line.kind == "completed" for line in act)
        if what not in SAID_OF_LETTERS or not matters:
            return {}
        return {"at": self.days.moment(act[0].at), "as": ITSELF, SEND: SAID_OF_LETTERS[what]}

    def _begun(self, first: RecordedEntry, process: str, answers: Mapping[str, Any]) -> dict[str, Any]:
        form = self.model.form(process, START) or {}
        if not self.steps:
            self._tell_of_child(form, answers)
        return self._of(first, self.people.starter(first, process), "start", process) | self._with(form, answers)

    def _tell_of_child(self, form: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
        """A referral may be about several children; each has a case of its own, and this story is about one."""
        field_id, item = children_of(form)
        by_role = roles_in(item)
        mine = [self.chain.child.get(name) for name in NAMES]
        those = [one for one in answers.get(field_id, ()) if [one.get(by_role.get(name, "")) for name in NAMES] == mine]
        told = self.answers.child(item, those[0] if those else {})
        facts = {by_role.get(name, name): name for name in (*NAMES, *BIRTHS)}
        self.child = {facts.get(name, name): one for name, one in told.items()}
        self.child.setdefault("given_name", self.answers.given_name(""))

    def _done(self, first: RecordedEntry) -> dict[str, Any]:
        process, element = self.process_of(first), first.element or ""
        said, agency = first.payload or {}, self._agency(first)
        who = self.people.doing(first, process, element, agency)
        step = self._of(first, who, "do", self._task(process, element))
        if agency and self.model.drawings[process].elements[element].lane == OF_AGENCY:
            step["for"] = agency
        return step | self._with(self.model.form(process, element) or {}, said["answers"])

    def _departed(self, first: RecordedEntry) -> dict[str, Any]:
        """Why is in no story: it may be about somebody."""
        process, element, said = self.process_of(first), first.element or "", first.payload or {}
        agency = said["agency"] or ""
        who = self.people.doing(first, process, element, agency) or self.people.of_any_role(first)
        step = self._of(first, who, DEPART, self._task(process, element)) | {"how": said["how"]}
        if agency and self.model.drawings[process].elements[element].lane == OF_AGENCY:
            step["for"] = agency
        return step | self._with(self.model.form(process, element) or {}, said["answers"])

    def _of(self, first: RecordedEntry, who: str, verb: str, target: str) -> dict[str, Any]:
        if not who:
            self.ended_by = "nobody of whom a story knows did what comes next"
        return {"at": self.days.moment(first.at), "as": who, verb: target}

    def _with(self, form: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
        self._answers = answers
        told = self.answers.of(form, answers)
        return {"with": told} if told else {}

    def _compare(self, first: RecordedEntry, step: Mapping[str, Any]) -> None:
        """What became of the answers of a step that was told just now."""
        if "start" not in step and "do" not in step:
            return
        process = step.get("start") or self.process_of(first)
        form = self.model.form(process, START if "start" in step else first.element or "") or {}
        self.compared.append(self.answers.compared(len(self.steps), form, self._answers, step.get("with", {})))

    def _closure_days(self, first: RecordedEntry, days: frozenset[date]) -> Iterator[dict[str, Any]]:
        """Those that the authority has settled since, as far as they lie ahead."""
        (administrator,) = ROLES[CommandRight.ADMINISTRATOR]
        for day in sorted(days - self._closed):
            if day >= first.at.date():
                yield {"at": self.days.moment(first.at), "as": administrator, HOLIDAY: self.days.day(day)}
        self._closed |= days

    def _agency(self, line: RecordedEntry) -> str:
        return self.agencies.get((line.instance or "", line.element or "", line.occurrence or 0), "")

    def _task(self, process: str, element: str) -> str:
        """By its bare name where no other process of the models has one that is called so."""
        alike = [one for one, drawing in self.model.drawings.items() if element in drawing.elements]
        return element if alike == [process] else f"{process}.{element}"

    def _keep(self, act: Act) -> None:
        for line in act:
            place = (line.instance or "", line.element or "", line.occurrence or 0)
            if line.kind == "started":
                self._processes[line.instance or ""] = (line.payload or {})["process"]
            elif line.kind == "opened":
                self._open[place] = None
            elif line.kind in ("completed", "withdrawn"):
                self._open.pop(place, None)

    def _end(self) -> None:
        """A last step at which only time has passed: what is open, and whether the case is."""
        acts = [act for act, _ in self.chain.acts]
        kinds = {line.kind for act in acts for line in act}
        over = {line.instance for act in acts for line in act if line.kind == "ended"}
        running = dict.fromkeys(process for one, process in self._processes.items() if one not in over)
        ended = dict.fromkeys(process for one, process in self._processes.items() if one in over)
        expect = {
            "case": "closed" if "closed" in kinds else "open",
            "open": sorted(self._name(place) for place in self._open),
            "running": [*running],
            "ended": [*ended],
        }
        last = {
            "at": self.days.moment(acts[-1][0].at),
            "expect": {name: one for name, one in expect.items() if one or name == "open"},
        }
        self.steps.append(last)

    def _name(self, place: Place) -> str:
        process, agency = self._processes.get(place[0], ""), self.agencies.get(place, "")
        is_of_agency = self.model.drawings[process].elements[place[1]].lane == OF_AGENCY
        return (
            f"{self._task(process, place[1])}({agency})" if agency and is_of_agency else self._task(process, place[1])
        )


def _why_it_ends(act: Act, first: RecordedEntry) -> str:
    """Empty where the story goes on with it."""
    if any(line.kind in FROM_ELSEWHERE for line in act):
        return "what happened in another case of the child is no part of this story"
    if first.kind == "opened_case" and "after" in (first.payload or {}):
        return "the case came out of one that was closed before, which is no part of this story"
    if any(line.kind == "taken_over" for line in act):
        return "the case was taken over from another system, which no story made from a case tells"
    if first.kind == "departed" and "asked_by" in (first.payload or {}):
        return "a manager agreed that somebody proceeds differently, which takes two people"
    if first.kind == "case_reopened":
        return "the case was opened again after it had been closed by mistake"
    return ""
