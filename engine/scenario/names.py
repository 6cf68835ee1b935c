"""How tasks and people are called in a story."""

import re
from typing import NamedTuple

_TASK = re.compile(r"(?:(?P<process>[^.()]+)\.)?(?P<task>[^.()]+)(?:\((?P<agency>[^()]+)\))?")
_PERSON = re.compile(r"(?P<role>[^.]+)(?:\.(?P<number>[1-9][0-9]*))?")


class TaskName(NamedTuple):
    """`process.task(agency)` taken apart; what was not written is empty."""

    process: str
    task: str
    agency: str


class PersonName(NamedTuple):
    """`social_worker.2`: the second person of a role; `social_worker` alone is the first."""

    role: str
    number: int


def task_name(written: str) -> TaskName:
    """What cannot be taken apart is a task of that whole name, which does not exist."""
    found = _TASK.fullmatch(written)
    return TaskName(*(part or "" for part in found.groups())) if found else TaskName("", written, "")


def person_name(written: str) -> PersonName:
    found = _PERSON.fullmatch(written)
    return PersonName(found["role"], int(found["number"] or 1)) if found else PersonName(written, 1)
