"""What a story expected and what came out, for people: tasks, clocks and answers by their names, days as they are said.

The stories themselves, the command line and *Let it expect what came out* keep the words of the files
(engine/scenario/player.py, engine/scenario/expecting.py).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from engine.process.bundle import Model
from engine.process.condition_words import readable

_FAILED = re.compile(r"step (\d+) \(([^)]*)\): ([\w. ]+): expected (.*), found (.*)", re.DOTALL)
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?\b")
# What is a word of English as well (`referral`, `assessment`) is a name only where it stands alone in a list.
_NAMED = re.compile(r"\b([a-z][a-z0-9]*(?:[_.][a-z0-9]+)+)\b(?:\(([a-z_]+)\))?")
_ALONE = re.compile(r"(?<![^\s])((?:(?<=^)|(?<=, )|(?<=no ))[a-z]+)(?:\(([a-z_]+)\))?(?=$|, | \()")
_REFUSED = {
    "NotFound": "told that there is nothing",
    "NotAllowed": "not allowed",
    "AlreadyDone": "told that it is done already",
    "NotPossible": "told that it is not possible now",
    "BadAnswers": "refused for what was answered",
}
_REFUSAL = re.compile(rf"\b({'|'.join(_REFUSED)})\b")
# What a step may expect (engine/scenario/story_words.py), with what is named after a full stop.
_WHAT = {
    "open": "tasks that are open",
    "has": "a task that is open",
    "not_open": "a task that is not open",
    "due": "when {} is due",
    "met": "when {} was met",
    "late": "a time limit that is late",
    "not_late": "a time limit that is not late",
    "stopped": "a time limit that was stopped",
    "data": "the answer {}",
    "duty": "the duty {}",
    "running": "a process that goes on",
    "not_running": "a process that does not go on",
    "ended": "a process that has ended",
    "case": "the case",
    "refused": "what is refused",
    "fields": "the answers that are refused",
    "processes": "the processes of the case",
}
_VERBS = {"do": "doing {}", "start": "beginning {}", "claim": "taking {}", "release": "handing {} back"}


def failures_told(failed: Mapping[str, Sequence[str]], model: Model | None) -> Mapping[str, Sequence[str]]:
    """By story, of lines as Failure of engine/scenario/player.py says them. Any other stays as it is, and all do where
    there is no model that could name anything.
    """
    if not failed or model is None:
        return failed
    names = _names(model)
    return {path: tuple(_line(one, model, names) for one in lines) for path, lines in failed.items()}


def _line(line: str, model: Model, names: Mapping[str, str]) -> str:
    if not (read := _FAILED.fullmatch(line)):
        return line
    step, moment, what, expected, found = read.groups()
    said = (_sentence(_said(one, model, names)) for one in (expected, found))
    return f"Step {step}, {_moment(moment)}: {_what(what, model, names)}. Expected: {' Found: '.join(said)}"


def _what(what: str, model: Model, names: Mapping[str, str]) -> str:
    key, _, rest = what.partition(" " if " " in what else ".")
    words = _VERBS.get(key) if " " in what else _WHAT.get(key)
    if words is None:
        return _said(what, model, names)
    return words.format(_said(rest, model, names)) if rest else words


def _said(text: str, model: Model, names: Mapping[str, str]) -> str:
    def name(found: re.Match[str]) -> str:
        called, agency = names.get(found[1]), found[2]
        if called is None:
            return found[0]
        whose = f" for {model.agencies[agency].name}" if agency in model.agencies else ""
        return f"“{called}”{whose}" if whose or not agency else f"“{called}” ({agency})"

    told = _NAMED.sub(name, _ALONE.sub(name, text))
    told = _REFUSAL.sub(lambda found: _REFUSED[found[1]], told)
    return _MOMENT.sub(lambda found: _moment(found[0]), told)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _moment(text: str) -> str:
    """“3 September 2013”, “3 September 2013 at 10:15”; what is none stays."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{moment.day} {moment:%B %Y}"
    return f"{day} at {moment:%H:%M}" if "T" in text else day


def _names(model: Model) -> Mapping[str, str]:
    """What has a name: processes, tasks, by themselves and with their process, their answers, and clocks. An id that
    several have, each with another name, is told by itself.
    """
    found: dict[str, set[str]] = {}
    for written, name in (*_bare(model), *_whole(model)):
        found.setdefault(written, set()).add(name)
    return {written: several.pop() if len(several) == 1 else readable(written) for written, several in found.items()}


def _bare(model: Model) -> Iterator[tuple[str, str]]:
    for drawing in model.drawings.values():
        yield from ((element.id, element.name) for element in drawing.elements.values() if element.name)
    yield from ((clock.id, clock.title) for clock in model.rules.values())
    yield from ((drawing.process, drawing.name) for drawing in model.drawings.values())


def _whole(model: Model) -> Iterator[tuple[str, str]]:
    for drawing in model.drawings.values():
        for element in drawing.elements.values():
            yield f"{drawing.process}.{element.id}", f"{element.name}” of “{drawing.name}"
            form = model.forms.get(f"forms/{drawing.process}/{element.id}.json", {})
            for field, schema in form.get("properties", {}).items():
                title = schema.get("title", field)
                yield f"{element.id}.{field}", title
                yield f"{drawing.process}.{element.id}.{field}", title
