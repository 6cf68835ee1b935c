"""Roles, agencies, messages and the edition before and now, and whether the rows of a table stand in another order."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.difference.called import (
    agency_called,
    events_called,
    process_called,
    role_called,
)
from engine.difference.element_words import effect_in_words
from engine.difference.model_difference import About, ModelDifference, Renames, apart, kind_of, turned
from engine.forms.answer_roles import ANSWER_ROLES
from engine.process.bundle import Edition, Message, Model
from engine.process.condition_words import listed, readable
from engine.process.role_table import AgencyKind, ReaderGroup, Role

FLAGS_IN_WORDS: Mapping[str, str] = {
    "leads": "may be the lead social worker",
    "supervises": "is told what starts in a case of the team",
    "manages_team": "sees the page of the team",
    "line": "works on, manages or supervises the cases of the team, so that a chair is independent of it",
    "chairs": "leads conferences",
    "own_people": "takes part in meetings for the leading agency itself",
}
_IN_PLAN: Mapping[str, str] = {
    "refuse": "refused while a protection plan is in force",
    "drop": "without effect while a protection plan is in force",
}
_IF_ONE_RUNS: Mapping[str, str] = {
    "join": "joining the one that runs already",
    "start": "beginning another beside the one that runs already",
}

ROLE_COLUMNS: Mapping[str, Callable[[Model, Role], str]] = {
    "agency": lambda model, role: (
        f"of the agency {agency_called(model, role.agency)}" if role.agency else "of no agency"
    ),
    "account": lambda _model, role: f"{'signing in' if role.account else 'acting without signing in'}",
    "flags": lambda _model, role: (
        "one who " + (listed([_flag(one) for one in sorted(role.flags)]) or "has no special part")
    ),
}
AGENCY_COLUMNS: Mapping[str, Callable[[Model, AgencyKind], str]] = {
    "role": lambda model, agency: f"acting through {role_called(model, agency.role)}",
    "leads": lambda _model, agency: (
        f"{'the one that has the cases' if agency.leads else 'not the one that has the cases'}"
    ),
}
GROUP_COLUMNS: Mapping[str, Callable[[Model, ReaderGroup], str]] = {
    "named_by": lambda _model, group: (
        f"those whose agency was named {listed([_naming(one) for one in sorted(group.named_by)], 'or')}"
        if group.named_by
        else "not by being named"
    ),
    "began": lambda _model, group: (
        f"whoever began what “{readable(group.began)}”" if group.began else "not by what they began"
    ),
    "letters": lambda _model, group: "read in letters alone" if group.letters else "read by people who sign in",
}
MESSAGE_COLUMNS: Mapping[str, Callable[[Model, Message], str]] = {
    "starts": lambda model, row: (
        f"beginning {process_called(model, row.starts)}" if row.starts else "beginning no process"
    ),
    "if_one_runs": lambda _model, row: _IF_ONE_RUNS.get(row.if_one_runs, "saying nothing of one that runs already"),
    "until": lambda model, row: (
        f"joining only until {events_called(model, row.until)}" if row.until else "joining always"
    ),
    "in_plan": lambda _model, row: _IN_PLAN.get(row.in_plan, "the same while a protection plan is in force"),
    "payload": lambda _model, row: f"saying {listed([f'“{readable(one)}”' for one in row.payload]) or 'nothing more'}",
    "effects": lambda _model, row: (
        f"by it the system {listed([effect_in_words(one) for one in row.effects]) or 'does nothing more'}"
    ),
    "alerts": lambda model, row: f"telling {role_called(model, row.alerts)}" if row.alerts else "telling nobody",
    "alert_words": lambda _model, row: f"telling “{row.alert_words}”" if row.alert_words else "telling without words",
    "news": lambda _model, row: f"said in other cases as “{row.news}”" if row.news else "not said in other cases",
}


def differences_of_roles(old: Model, new: Model) -> Iterator[ModelDifference]:
    for role in dict.fromkeys((*new.roles, *old.roles)):
        was, is_now = old.roles.get(role), new.roles.get(role)
        if was and is_now:
            yield from _row("role", f"“{is_now.name}”", ROLE_COLUMNS, (old, was), (new, is_now))
            yield from _renamed("role", role, "The role", was.name, is_now.name)
        elif there := is_now or was:
            model = new if is_now else old
            said = listed([say(model, there) for say in ROLE_COLUMNS.values()])
            yield _whole("role", role, f"The role “{there.name}”", said, is_new=bool(is_now))
    yield from _order("role", "The roles", old.roles, new.roles)


def _flag(flag: str) -> str:
    return FLAGS_IN_WORDS.get(flag, readable(flag))


def differences_of_agencies(old: Model, new: Model) -> Iterator[ModelDifference]:
    for agency in dict.fromkeys((*new.agencies, *old.agencies)):
        was, is_now = old.agencies.get(agency), new.agencies.get(agency)
        if was and is_now:
            yield from _row("agency", f"“{is_now.name}”", AGENCY_COLUMNS, (old, was), (new, is_now))
            yield from _renamed("agency", agency, "The agency", was.name, is_now.name)
        elif there := is_now or was:
            model = new if is_now else old
            said = listed([say(model, there) for say in AGENCY_COLUMNS.values()])
            yield _whole("agency", agency, f"The agency “{there.name}”", said, is_new=bool(is_now))
    yield from _order("agency", "The agencies", old.agencies, new.agencies)


def differences_of_groups(old: Model, new: Model) -> Iterator[ModelDifference]:
    for group in dict.fromkeys((*new.groups, *old.groups)):
        was, is_now = old.groups.get(group), new.groups.get(group)
        if was and is_now:
            yield from _row("group", f"“{is_now.name}”", GROUP_COLUMNS, (old, was), (new, is_now))
            yield from _renamed("group", group, "The group", was.name, is_now.name)
        elif there := is_now or was:
            model = new if is_now else old
            said = listed([say(model, there) for say in GROUP_COLUMNS.values()])
            yield _whole("group", group, f"The group “{there.name}”", said, is_new=bool(is_now))
    yield from _order("group", "The groups", old.groups, new.groups)


def _naming(role: str) -> str:
    return ANSWER_ROLES[role].used_for if role in ANSWER_ROLES else f"as “{readable(role)}”"


def differences_of_messages(old: Model, new: Model, renames: Renames) -> Iterator[ModelDifference]:
    for message in dict.fromkeys((*new.messages, *old.messages)):
        was, is_now = old.messages.get(message), new.messages.get(message)
        name = f"The message “{readable(message)}”"
        if was == is_now or renames.explain(was, is_now):
            continue
        if was and is_now:
            yield from _row("message", name, MESSAGE_COLUMNS, (old, was), (new, is_now))
        elif there := is_now or was:
            model = new if is_now else old
            said = listed([MESSAGE_COLUMNS[column](model, there) for column in ("starts", "payload", "effects")])
            yield _whole("message", message, name, said, is_new=bool(is_now))
    yield from _order("message", "The messages", old.messages, new.messages)


def differences_of_edition(old: Edition, new: Edition) -> Iterator[ModelDifference]:
    if old.name != new.name:
        words = turned("The edition of the guidance", f"“{old.name}”", f"“{new.name}”")
        yield ModelDifference("", "edition", "name", "renamed", words)
    if old.in_force != new.in_force:
        was, is_now = (f"in force from {one.in_force.day} {one.in_force:%B %Y}" for one in (old, new))
        words = turned("This edition of the guidance", was, is_now)
        yield ModelDifference("", "edition", "in_force", "changed", words)
    for word in dict.fromkeys((*new.words, *old.words)):
        called_before, called_now = old.words.get(word), new.words.get(word)
        if called_before != called_now:
            said = [f"called “{each}” on screen" if each else "not named" for each in (called_before, called_now)]
            words = turned(f"What the edition calls “{readable(word)}”", *said)
            yield ModelDifference("", "edition", word, kind_of(called_before, called_now), words)


def differences_of_order(old: Model, new: Model) -> Iterator[ModelDifference]:
    """Of the tables whose rows other modules compare."""
    yield from _order("time limit", "The time limits", old.rules, new.rules)
    yield from _order("duty", "The duties of the guidance", old.duties, new.duties)


def _row(
    about: About,
    name: str,
    columns: Mapping[str, Callable[[Model, Any], str]],
    was: tuple[Model, Any],
    now: tuple[Model, Any],
) -> Iterator[ModelDifference]:
    for column, said in columns.items():
        before, there = getattr(was[1], column), getattr(now[1], column)
        if before != there:
            said_apart = apart(said(*was), said(*now), before, there)
            subject = now[1].name if about == "message" else now[1].id
            yield ModelDifference("", about, subject, "changed", turned(name, *said_apart))


def _renamed(about: About, subject: str, what: str, was: str, is_now: str) -> Iterator[ModelDifference]:
    if was != is_now:
        yield ModelDifference("", about, subject, "renamed", f"{what} “{was}” is called “{is_now}” now.")


def _whole(about: About, subject: str, name: str, said: str, *, is_new: bool) -> ModelDifference:
    words = f"{name} is new: {said}." if is_new else f"{name} is gone: it was {said}."
    return ModelDifference("", about, subject, kind_of(not is_new, is_new), words)


def _order(about: About, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ModelDifference]:
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield ModelDifference("", about, "", "moved", f"{name} stand in another order now.")
