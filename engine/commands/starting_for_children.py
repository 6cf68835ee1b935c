"""A process that somebody starts for several children of a family at once, in the open case of each."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import BadAnswers, BadAnswersOfEach, NotFound
from engine.base.subject import Subject
from engine.casework.checked_answers import checked
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_cases
from engine.casework.settling import begin_by_hand
from engine.casework.starting import in_own_name, must_be_startable, must_start
from engine.commands.cases import Started, key_of, numbered, started, started_before
from engine.commands.drafts import keep_answers_of_start
from engine.commands.several_children import must_be_one_family, must_be_served_at_once, names_of_children, naming
from engine.people.command import CommandRight, Work, command, keeping
from engine.people.who_knows import must_take_part
from engine.process.bundle import START


def _keep_answers_of_starts(
    work: Work, process: str, answers: Mapping[str, Mapping[str, Any]], submission: str = ""
) -> None:
    for case, of_child in answers.items():
        keep_answers_of_start(work, process, of_child, case, submission)


@keeping(_keep_answers_of_starts)
@command(may=CommandRight.STARTS_PROCESS)
def start_for_children(
    work: Work, process: str, answers: Mapping[str, Mapping[str, Any]], submission: str = ""
) -> Started:
    """In all of these cases or in none; `answers` are by case, whole. The same answers under the same `submission`, of
    the same sender, give the first result again; of a child who was not among them it is begun. Whatever is refused
    names the child.

    Raises NotFound, NotAllowed, NotPossible, BadAnswersOfEach, whose problems are by case.
    """
    must_be_served_at_once(len(answers))
    cases = _locked(work, answers)
    names = names_of_children(work, [*cases.values()])
    for case, casework in cases.items():
        with naming(names[case]):
            must_take_part(work.connection, work.actor, case)
            must_start(work.actor, casework.model_in_force, process, casework.case.team)
    keys = {case: key_of(work, process, case, submission, answers[case]) if submission else "" for case in cases}
    begun = {case: before for case, key in keys.items() if (before := started_before(work, key))}
    if len(begun) < len(cases):
        must_be_one_family(work, [(names[case], casework) for case, casework in cases.items()])
    left = {case: casework for case, casework in cases.items() if case not in begun}
    for case, said in _checked(work, process, left, answers, names).items():
        with naming(names[case]):
            one = begin_by_hand(cases[case], process, said, by=work.actor, submission=numbered(keys[case]))
            begun[case] = started([(cases[case], one)])
    return _as_one([begun[case] for case in cases])


def _locked(work: Work, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, CaseWork]:
    """In the order of the answers. Raises NotFound where one of them is not there for whoever asks."""
    found = {one.case.id: one for one in lock_cases(work, [*answers], known=True)}
    if len(found) < len(answers):
        raise NotFound
    return {case: found[case] for case in answers}


def _checked(
    work: Work,
    process: str,
    cases: Mapping[str, CaseWork],
    answers: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
) -> dict[str, dict[str, Any]]:
    """By case, in order. Raises NotPossible, and BadAnswersOfEach with all problems of all children."""
    found: dict[str, dict[str, Any]] = {}
    problems: dict[str, Mapping[str, str]] = {}
    for case, casework in cases.items():
        model, subject = casework.model_in_force, Subject(process, START, case)
        with naming(names[case]):
            must_be_startable(casework, model, process, answers[case])
        try:
            said = checked(work, model, subject, answers[case], casework)
            found[case] = in_own_name(work.actor, model, process, said)
        except BadAnswers as bad:
            problems[case] = bad.problems
    if problems:
        raise BadAnswersOfEach(problems, names)
    return found


def _as_one(begun: list[Started]) -> Started:
    return Started(
        cases=tuple(case for one in begun for case in one.cases),
        references=tuple(reference for one in begun for reference in one.references),
        instances=tuple(instance for one in begun for instance in one.instances),
        within=begun[0].within,
        urgent=begun[0].urgent,
    )
