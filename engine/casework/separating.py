"""Two children who had been taken for one: what was joined is two cases again, each with what is of its child.

What one of the two had given up for the other goes on again: a discussion that was made one with the other's, a plan.
Clocks keep their true dates, and one that a step of the other child met runs on. Nothing that was recorded is unsaid.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, tuple_, update

from engine.casework import case_rows
from engine.casework.deadline_rows import GOES_ON, told_of_clock
from engine.casework.effects import give_parts
from engine.casework.giving_parts import give_part
from engine.casework.going_on_again import ended_then, go_on_again, run_on
from engine.casework.joining_cases import give_to_team, tell_lead_and_managers
from engine.casework.known_children import find_anew
from engine.casework.locked_case import CaseWork
from engine.casework.moving import begin, withdraw
from engine.casework.separating_rows import Separation, go_back, no_longer_one
from engine.casework.to_do import ActOnPassedClocks, CloseIfIdle, GiveToLead
from engine.facts.models import model as model_of
from engine.forms import decisions
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.tables import Answers, Case, Deadline, Instance, NamedRow, Person, models_then
from engine.timescales.rules import WHOLE_CASE, Clock

SEPARATED = "A case of yours was taken apart from that of another child"
TWO_CHILDREN = "it was found that these are two children"


def separate(here: Mapping[str, CaseWork], said: Separation) -> None:
    """`here` are both cases, locked, by id; where one is re-run by itself, that one alone. Each is still to be
    settled.
    """
    older, newer = here.get(said.older), here.get(said.newer)
    connection = next(iter(here.values())).connection
    for one in here.values():
        one.write_rows()
        one.same_child = tuple(each for each in one.same_child if each.case.id not in here)
    go_back(connection, said)
    no_longer_one(connection, said)
    if older:
        older.note("gave_back", payload=_told(said))
        _keep_plan(older, said.own_plan_since)
        _unhear(older, said)
        _carry_on(older, said)
        tell_lead_and_managers(older, SEPARATED)
    if newer:
        newer.note("separated", payload=_told(said))
        _stand_alone(newer, said)
        _carry_on(newer, said)
        _know_who_takes_part(newer, said)
        tell_lead_and_managers(newer, SEPARATED)


def _told(said: Separation) -> dict[str, Any]:
    told = {**asdict(said), "joined_at": said.joined_at.isoformat()}
    return {**told, "instances": [*said.instances], "unheard": [*said.unheard], "calls": [*said.calls]}


def as_told(told: Mapping[str, Any], instances: Mapping[str, str]) -> Separation:
    """`instances` leads from a recorded instance to the one that stands for it."""
    return Separation(
        newer=told["newer"],
        older=told["older"],
        joined_at=datetime.fromisoformat(told["joined_at"]),
        reason=told["reason"],
        instances=tuple(instances.get(one, one) for one in told["instances"]),
        plan_since=told["plan_since"],
        own_plan_since=told["own_plan_since"],
        unheard=tuple(told["unheard"]),
        expected=told["expected"],
        calls=tuple({**one, "instance": instances.get(one["instance"], one["instance"])} for one in told["calls"]),
    )


def _stand_alone(newer: CaseWork, said: Separation) -> None:
    """With its lead and its team, as they were; what somebody outside the team has taken is handed back."""
    row = newer.connection.execute(select(Case.plan_until).where(Case.id == said.older)).one_or_none()
    newer.closed_at = None
    newer.case = replace(newer.case, closed_at=None, is_joined=False)
    until = row.plan_until if row and said.plan_since else None
    newer.change_case(closed_at=None, joined_to_id=None, plan_until=until)
    _keep_plan(newer, said.plan_since)
    give_to_team(newer)


def _keep_plan(casework: CaseWork, since: str | None) -> None:
    casework.change_case(plan_from=datetime.fromisoformat(since) if since else None)
    casework.write_rows()


def _unhear(older: CaseWork, said: Separation) -> None:
    if not said.unheard:
        return
    values: dict[str, Any] = dict.fromkeys(said.unheard)
    if "born" in said.unheard and said.expected:
        values["expected"] = date.fromisoformat(said.expected)
        older.case = replace(older.case, born=None, expected=values["expected"])
    older.connection.execute(update(Person).where(Person.id == older.case.person).values(values))
    find_anew(older.connection, older.case)


def _carry_on(casework: CaseWork, said: Separation) -> None:
    casework.read_again()
    _withdraw_joined_plans(casework, said)
    for instance, state in ended_then(casework, "joined", said.joined_at):
        go_on_again(casework, instance, state, said.joined_at)
    casework.write_rows()
    _right_clocks(casework, said)
    casework.read_again()
    for item in casework.items.values():
        item.for_lead = item.owner is None or item.is_given
    for call in said.calls:
        if (call["instance"] in said.instances) == (casework.case.id == said.newer):
            _call_anew(casework, call)
    casework.to_do.add(GiveToLead(), ActOnPassedClocks(), CloseIfIdle())


def _withdraw_joined_plans(casework: CaseWork, said: Separation) -> None:
    """Nobody has to say any more which of two plans holds."""
    for one in casework.running_in_order():
        start = casework.model(one.row).start_event(one.row.process).properties
        if "begins_with_two_plans" in start and one.row.started_at == said.joined_at:
            withdraw(casework, one.row, TWO_CHILDREN)


def _call_anew(casework: CaseWork, call: Mapping[str, Any]) -> None:
    caller = case_rows.instance(casework.connection, call["instance"])
    what = {"what": f"started {call['process']}", "payload": dict(call["payload"])}
    casework.note("message", caller, element=call["message"], payload=what)
    begin(casework, call["process"], {}, by=SYSTEM, led_here=caller, payload=call["payload"])


def _right_clocks(casework: CaseWork, said: Separation) -> None:
    """What had stopped for the other child runs on, and so does what a step of the other child met. What a message
    met, or whatever was begun, is left as it is.
    """
    of_case = select(Deadline.__table__).where(Deadline.case_id == casework.case.id)
    rows = casework.connection.execute(of_case.where(Deadline.started_at <= said.joined_at)).all()
    for row in sorted(rows, key=lambda one: (one.clock, one.number)):
        model = casework.model(case_rows.instance(casework.connection, row.instance_id))
        rule = model.rules.get(row.clock)
        if rule is None:
            continue
        done_at = next(_met_by(casework, model, rule, row), None)
        if row.stopped_at == said.joined_at and row.stopped_because == GOES_ON:
            if done_at:
                _meet(casework, row, done_at)
            else:
                run_on(casework, row)
        elif row.met_at and done_at is None and _is_met_by_steps(rule):
            run_on(casework, row)


def _is_met_by_steps(rule: Clock) -> bool:
    return rule.scope != "person" and all(event.happening == "completed" for event in rule.met_on)


def _met_by(casework: CaseWork, model: Model, rule: Clock, row: NamedRow) -> Iterator[datetime]:
    """When a step of this case was done that meets the clock, as far as it concerns the clock."""
    tasks = {(event.process, event.task) for event in rule.met_on}
    done = select(Answers.process, Answers.element, Answers.instance_id, Answers.answers, Answers.at).where(
        *(Answers.case_id == casework.case.id, Answers.at >= row.started_at),
        tuple_(Answers.process, Answers.element).in_(sorted(tasks)),
    )
    for one in casework.connection.execute(done.order_by(Answers.at)).all() if tasks else ():
        concerns_it = rule.scope in WHOLE_CASE or one.instance_id in {row.instance_id, *row.taken_up}
        names, agencies = decisions(model.form(one.process, one.element) or {}, one.answers), model.agencies_to_ask
        meets = (event.matches("completed", one.process, one.element, names, agencies) for event in rule.met_on)
        if concerns_it and any(meets):
            yield one.at


def _meet(casework: CaseWork, row: NamedRow, at: datetime) -> None:
    """By what was done for it while another clock ran in its place."""
    met = {"stopped_at": None, "stopped_because": None, "met_at": at}
    casework.connection.execute(update(Deadline).where(Deadline.id == row.id).values(met))
    payload = told_of_clock("met", row.clock, row.due_at, met_at=at) | {"late_reason": None}
    casework.note("deadline", payload=payload)


def _know_who_takes_part(newer: CaseWork, said: Separation) -> None:
    """Organisations that were invited or asked since the join, in the processes that went back. They keep the part that
    they have in the other case until somebody ends it.
    """
    rows = newer.connection.execute(
        select(
            Answers.process, Answers.element, Answers.occurrence, Answers.answers, models_then(Answers).label("bundle")
        )
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.case_id == newer.case.id, Answers.at >= said.joined_at)
        .order_by(Answers.at, Answers.process, Answers.element, Answers.occurrence)
    )
    for row in rows.all():
        asked_on = model_of(newer.connection, row.bundle)
        give_parts(newer, asked_on, asked_on.form(row.process, row.element) or {}, row.answers)
    for agency in sorted({one.agency for one in newer.items.values() if one.agency}):
        give_part(newer, newer.model_in_force, agency, "asked")
