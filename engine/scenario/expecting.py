"""A story that does not come out as it expects, made to expect what came out: where that is a day or what is open.

Nothing else in its text changes. What else came out otherwise, as an act that was refused, a person mends.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from engine.scenario.story import Table

_FAILED = re.compile(r"step (?P<step>\d+) \([^)]*\): (?P<what>[\w.]+): expected .*, found (?P<found>.*)")
_STEP = re.compile(r"^\[\[step\]\].*$", re.MULTILINE)
_DAY = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?"
_DAYS = ("due", "met")
_MET = re.compile(rf"met ({_DAY}), due .*")
"""What came out of a time limit that was met on another moment than was expected."""
NOTHING, DAY = "nothing", len("2014-03-26")


class Expecting(NamedTuple):
    """The text of a story, and of what it came out as the lines that a person has to mend."""

    text: str
    left: tuple[str, ...]


def expecting_what_came_out(text: str, failed: Sequence[str]) -> Expecting:
    """`failed` as Failure of engine/scenario/player.py says it, line by line. A person mends all but days and what is
    open, and where a step that serves several children came out otherwise for one than for another.
    """
    read = [(line, _FAILED.fullmatch(line)) for line in failed]
    came_out: dict[tuple[str, str], set[str]] = {}
    for found in (found for _, found in read if found):
        came_out.setdefault((found["step"], found["what"]), set()).add(found["found"])
    left: list[str] = []
    for line, found in read:
        is_alike = found is not None and len(came_out[found["step"], found["what"]]) == 1
        changed = _changed(text, int(found["step"]), found["what"], found["found"]) if found and is_alike else None
        text = text if changed is None else changed
        left += (line,) if changed is None else ()
    return Expecting(text, tuple(left))


def _changed(text: str, step: int, what: str, found: str) -> str | None:
    key, _, name = what.partition(".")
    found = _MET.sub(r"\1", found)
    begins = [one.start() for one in _STEP.finditer(text)] + [len(text)]
    if step >= len(begins):
        return None
    written = rf"(\b{name}\s*=\s*)({_DAY})" if key in _DAYS and name else r"(\bopen\s*=\s*)(\[[^\]]*\])"
    there = [*re.compile(written).finditer(text, begins[step - 1], begins[step])]
    candidates = (text[: one.start(2)] + _as_written(one[2], found) + text[one.end(2) :] for one in there)
    return next((one for one in candidates if _says(one, text, step, (key, name), found)), None)


def _as_written(before: str, found: str) -> str:
    """A day stays a day, and a moment a moment."""
    if before.startswith("["):
        return json.dumps(_names(found), ensure_ascii=False)
    return found[:DAY] if len(before) == DAY else f"{found}:00"


def _names(found: str) -> list[str]:
    return [] if found == NOTHING else found.split(", ")


def _says(text: str, before: str, step: int, place: tuple[str, str], found: str) -> bool:
    """Whether that step expects what came out now, and nothing else is otherwise."""
    try:
        then, now = tomllib.loads(before), tomllib.loads(text)
        expected = dict(_paths(now["step"][step - 1].pop("expect")))
        was = dict(_paths(then["step"][step - 1].pop("expect")))
    except (tomllib.TOMLDecodeError, KeyError, IndexError, AttributeError):
        return False
    at = tuple(filter(None, place))
    said, before_it = expected.pop(at, None), was.pop(at, None)
    return before_it is not None and then == now and expected == was and _is(said, found)


def _paths(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(value, dict):
        yield at, value
        return
    for key, inner in cast("Table", value).items():
        yield from _paths(inner, (*at, str(key)))


def _is(said: Any, found: str) -> bool:
    match said:
        case list():
            return said == _names(found)
        case datetime():
            return said.isoformat(timespec="minutes") == found
        case date():
            return said.isoformat() == found[:DAY]
        case _:
            return False
