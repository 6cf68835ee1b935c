"""The one door through which re-running does an act again: a function for each way in which an act can begin.

Each is keyed by a kind of entry and the version of its meaning, and takes what was recorded. A parameter more in a
command or in casework is filled in here, so that what is in the record goes on meaning what it meant.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.casework.after_closure import DISAGREED, RaisedBy, go_on_after, go_on_in_open
from engine.casework.agreed_actions import action_row, keep_action_again, tell_of
from engine.casework.alarms import end_alarms, pass_on, standing_alarm
from engine.casework.carrying_over import NO_DRAFTS, carry_over
from engine.casework.case_rows import CaseRow
from engine.casework.clocks_running_on import StoppedDeadline
from engine.casework.coming_over import take_over
from engine.casework.disputing import keep_dispute
from engine.casework.giving_tasks import give_by_hand
from engine.casework.keeping_out import end_lead, tell_of_glass
from engine.casework.letter_steps import locked_letter, take_step
from engine.casework.locked_case import CaseWork
from engine.casework.moving import complete
from engine.casework.moving_teams import move_to_team
from engine.casework.news_of_child import hear_of_clock
from engine.casework.personal_facts import keep_facts_again
from engine.casework.recalculating import recalculate_clocks
from engine.casework.referring import add_child, date_of_birth, open_case, open_linked_case
from engine.casework.reopening import reopen
from engine.casework.running_out import run_out
from engine.casework.separating import as_told, separate
from engine.casework.settling import begin_by_hand, settle
from engine.casework.sharing import keep_again
from engine.casework.starting import JOINED
from engine.casework.to_do import Hear, JoinCases, Steps
from engine.commands.cases import hand_back, take
from engine.commands.deciding_parts import decide_on, end
from engine.commands.recorded_act import Act, CannotRedo, RecordedAct
from engine.commands.recorded_case import as_read, case_of, deadline_of, item_of, payload_of, task_of
from engine.commands.redoing_corrections import correct_again, find_right_again, place_in
from engine.commands.redoing_departures import ask_again, depart_again, refuse_again
from engine.facts.models import model
from engine.people.command import Work

ALARM_ACTS = ("not_opened", "not_sent", "opened")
"""What of an alarm happens by itself, or because somebody looked; all else of it follows from another act."""


def _open(work: Work, act: RecordedAct) -> None:
    first, said, started = act.began, payload_of(act.began), payload_of(act.first("started"))
    born, expected = date_of_birth(act.child)
    row = CaseRow(
        id=first.case or "",
        authority=said["authority"],
        reference=said["reference"],
        person=said["person"],
        family=said["family"],
        team=said["team"],
        lead=said["lead"],
        closed_at=None,
        born=born,
        expected=expected,
        plan_since=None,
        opened_at=work.now,
    )
    if came := next((payload_of(entry) for entry in act.entries if entry.kind == "taken_over"), None):
        take_over(as_read(open_case(work, row, act.child, Steps()), act), started["process"], started["answers"], came)
        return
    if "after" not in said:
        _begin(as_read(open_case(work, row, act.child, Steps()), act), started)
        return
    add_child(work, row, act.child)  # known since the case that this one comes after
    linked = as_read(open_linked_case(work, row, said["after"], Steps()), act)
    go_on_after(linked, _raised_by(act.entries), started["process"], started["payload"], _resumed(act.entries))
    settle(linked)


def _begin(casework: CaseWork, started: Mapping[str, Any]) -> None:
    by, submission = casework.work.actor, started["submission"]
    begin_by_hand(casework, started["process"], started["answers"], by=by, submission=submission)


def _raised_by(act: Act) -> RaisedBy:
    """The agency that leads has its part without an entry."""
    parts = [payload_of(entry) for entry in act if entry.kind == "part"]
    those = (RaisedBy(part["agency"], part["organisation"]) for part in parts if part["deed"] == DISAGREED)
    return next(those, RaisedBy(None, None))


def _resumed(act: Act) -> StoppedDeadline | None:
    """The clock of the closed case, as the entry that runs it on says it."""
    for entry in act:
        said = payload_of(entry)
        if entry.kind == "deadline" and said["what"] == "resumed":
            counted_from, due_at = (datetime.fromisoformat(said[name]) for name in ("counted_from", "due_at"))
            return StoppedDeadline(
                id="",
                clock=said["clock"],
                number=0,
                instance="",
                counted_from=counted_from,
                limit=said["limit"],
                due_at=due_at,
                calendar=said["calendar"],
            )
    return None


def _start(work: Work, act: RecordedAct) -> None:
    _begin(case_of(work, act), payload_of(act.began))


def _join(work: Work, act: RecordedAct) -> None:
    """A person asked for a process that was under way."""
    said = payload_of(act.began)
    started = {**said, "process": said["what"].removeprefix(JOINED)}
    _begin(case_of(work, act), started)


def _complete(work: Work, act: RecordedAct) -> None:
    said = payload_of(act.began)
    if said["automatic"]:
        raise CannotRedo("a task that needs nobody is no act of its own")
    casework = case_of(work, act)
    casework.recorded_joining = _joining(act)
    complete(casework, item_of(casework, act), said["answers"], by=work.actor, submission=said["submission"])
    settle(casework)


def _join_case(work: Work, act: RecordedAct) -> None:
    """What somebody said in the other case of the child."""
    casework, joining = case_of(work, act), _joining(act)
    if joining:
        casework.to_do.add(joining)
    settle(casework)


def _joining(act: RecordedAct) -> JoinCases | None:
    for entry in act.entries:
        said, here = payload_of(entry), entry.case or ""
        if entry.kind == "joined" and not entry.instance:
            return JoinCases(here, said["into"])
        if entry.kind == "took_over":
            return JoinCases(said["case"], here, said["team"], said["plan_since"])
    return None


def _separate(work: Work, act: RecordedAct) -> None:
    """Each of the two has it in its own record."""
    casework = case_of(work, act)
    separate({casework.case.id: casework}, as_told(payload_of(act.began), act.instances))
    settle(casework)


def _take(work: Work, act: RecordedAct) -> None:
    take(casework := case_of(work, act), task_of(casework, act))


def _give(work: Work, act: RecordedAct) -> None:
    casework, said = case_of(work, act), payload_of(act.began)
    give_by_hand(casework, casework.items[item_of(casework, act)], said["account"], said.get("reason", ""))


def _hand_back(work: Work, act: RecordedAct) -> None:
    casework = case_of(work, act)
    hand_back(casework, task_of(casework, act), payload_of(act.began).get("reason", ""))


def _recalculate(work: Work, act: RecordedAct) -> None:
    recalculate_clocks(case_of(work, act), [(clock, number) for clock, number in payload_of(act.began)["clocks"]])


def _run_out(work: Work, act: RecordedAct) -> None:
    casework = case_of(work, act)
    run_out(casework, deadline_of(casework, payload_of(act.began)))


def _hear(work: Work, act: RecordedAct) -> None:
    """What became known in another case of the child: that case has a record of its own."""
    casework = case_of(work, act)
    for said in (payload_of(entry) for entry in act.entries if entry.kind == "heard"):
        if "clock" in said:
            hear_of_clock(casework, said)
        elif "starts" in said:
            raised_by, resumed = _raised_by(act.entries), _resumed(act.entries)
            go_on_in_open(casework, raised_by, said["starts"], said["payload"], resumed)
        else:
            casework.to_do.add(Hear(said["message"], said["payload"], datetime.fromisoformat(said["at"])))
    settle(casework)


def _step_of_letter(work: Work, act: RecordedAct) -> None:
    """What a mail server or a person said of it is in the record."""
    casework, said = case_of(work, act), payload_of(act.began)
    letter = locked_letter(work.connection, act.instances.get(said["letter"], ""))
    if letter is None:
        raise CannotRedo("the letter was not put into the outbox")
    take_step(casework, letter, said["what"], said["why"])


def _step_of_alarm(work: Work, act: RecordedAct) -> None:
    """Whether a letter had left by then is in the record."""
    casework, said = case_of(work, act), payload_of(act.began)
    if said["what"] == "opened":
        end_alarms(casework, "opened")
    else:
        standing = standing_alarm(work.connection, act.instances.get(said["alarm"], ""))
        if standing is None:
            raise CannotRedo("the alarm was not raised, or was over already")
        pass_on(casework, standing, said["what"])
    casework.write_record()


def _decide_part(work: Work, act: RecordedAct) -> None:
    said = payload_of(act.began)
    decide_on(case_of(work, act), said["agency"], said["organisation"], said.get("reason", ""))


def _end_part(work: Work, act: RecordedAct) -> None:
    casework, said = case_of(work, act), payload_of(act.began)
    those = (one for one in casework.parts.values() if one.agency == said["agency"])
    part = next((one for one in those if one.organisation == said["organisation"]), None)
    if part is None:
        raise CannotRedo("the organisation has no part in the case")
    end(casework, part, said["reason"])


def _move_team(work: Work, act: RecordedAct) -> None:
    said = payload_of(act.began)
    move_to_team(case_of(work, act), said["team"], said["reason"])


def _dispute(work: Work, act: RecordedAct) -> None:
    keep_dispute(case_of(work, act), place_in(act), payload_of(act.began))


def _tell_of_action(work: Work, act: RecordedAct) -> None:
    casework, said = case_of(work, act), payload_of(act.began)
    row = action_row(casework, act.instances.get(said["action"], said["action"]))
    if row is None:
        raise CannotRedo("the action was not agreed")
    tell_of(casework, row, said["state"], said["why"])
    casework.write_record()


def _migrate(work: Work, act: RecordedAct) -> None:
    casework, said, into = case_of(work, act), payload_of(act.began), model(work.connection, act.began.bundle or "")
    running, back = casework.running[act.instances[act.began.instance or ""]], NO_DRAFTS if said["back"] else None
    hands_back = said.get("hands_back", False)
    carry_over(casework, running, into, said["reason"], restores=back, recorded=said["dropped"], hands_back=hands_back)


REDO: Mapping[tuple[str, int], Callable[[Work, RecordedAct], None]] = {
    ("opened_case", 1): _open,
    ("started", 1): _start,
    ("message", 1): _join,
    ("completed", 1): _complete,
    ("taken", 1): _take,
    ("given", 1): _give,
    ("handed_back", 1): _hand_back,
    ("recalculated", 1): _recalculate,
    ("deadline", 1): _run_out,
    ("letter", 1): _step_of_letter,
    ("joined", 1): _join_case,
    ("took_over", 1): _join_case,
    ("gave_back", 1): _separate,
    ("separated", 1): _separate,
    ("heard", 1): _hear,
    ("alarm", 1): _step_of_alarm,
    ("part", 1): _decide_part,
    ("part_ended", 1): _end_part,
    ("migrated", 1): _migrate,
    ("team_changed", 1): _move_team,
    ("glass_of_case", 1): lambda work, act: tell_of_glass(case_of(work, act)),
    ("disputed", 1): _dispute,
    ("shared", 1): lambda work, act: keep_again(case_of(work, act), act.began.kind, payload_of(act.began)),
    ("sharing_wish", 1): lambda work, act: keep_again(case_of(work, act), act.began.kind, payload_of(act.began)),
    ("personal_fact", 1): lambda work, act: keep_facts_again(case_of(work, act), map(payload_of, act.entries)),
    ("action_agreed", 1): lambda work, act: keep_action_again(case_of(work, act), payload_of(act.began)),
    ("action_told", 1): _tell_of_action,
    ("case_reopened", 1): lambda work, act: reopen(case_of(work, act), payload_of(act.began)["reason"]),
    ("found_still_right", 1): lambda work, act: find_right_again(case_of(work, act), act),
    ("answers_corrected", 1): lambda work, act: correct_again(case_of(work, act), act),
    ("departed", 1): lambda work, act: depart_again(case_of(work, act), act),
    ("departure_asked", 1): lambda work, act: ask_again(case_of(work, act), act),
    ("departure_refused", 1): lambda work, act: refuse_again(case_of(work, act), act),
    ("lead_ended", 1): lambda work, act: end_lead(case_of(work, act)),
}
