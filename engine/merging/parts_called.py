"""What a part of a file is called, and what was changed in it, in the words of the differences of models."""

from collections.abc import Mapping, Sequence

from engine.difference.called import called
from engine.difference.model_difference import About, ModelDifference
from engine.merging.forms_in_one import question_of
from engine.process.bundle import Model
from engine.process.condition_words import readable
from engine.process.drawing import Drawing

_OF_TABLES: Mapping[str, tuple[About, ...]] = {
    "processes/timescales.csv": ("time limit",),
    "processes/messages.csv": ("message",),
    "processes/duties.csv": ("duty",),
    "processes/roles.toml": ("role", "agency", "group"),
    "processes/edition.toml": ("edition",),
}
_WORDS_OF_FORMS: Mapping[str, str] = {
    "title": "its title",
    "description": "its guidance",
    "allOf": "what must be answered when",
}


def is_about(path: str, one: ModelDifference) -> bool:
    """Whether the difference is one of the file."""
    if path in _OF_TABLES:
        return one.about in _OF_TABLES[path]
    _, _, place = path.partition("/")
    process, _, name = place.partition("/")
    if path.endswith(".bpmn"):
        return one.process == process and one.about in ("process", "element", "way")
    task = name.removesuffix(".json")
    return one.process == process and one.about in ("form", "question") and one.subject.split(".")[0] == task


def part_called(models: Sequence[Model], path: str, key: str) -> str:
    """As people know it; the first of the models that knows it says so."""
    if path.endswith(".bpmn"):
        return _drawn(models, path, key)
    if path.endswith(".json"):
        return _asked(models, path, key)
    if not key:
        return "what stands above its rows"
    name = key.strip("[]").rpartition(".")[2]
    clocks = (one.rules[key].title for one in models if key in one.rules)
    roles = (one.roles[name].name for one in models if name in one.roles)
    return next((f"“{found}”" for found in (*clocks, *roles)), f"“{readable(name)}”")


def _drawn(models: Sequence[Model], path: str, key: str) -> str:
    process = path.split("/")[1]
    drawings = (one.drawings[process] for one in models if process in one.drawings)
    names = (name for drawing in drawings if (name := _in_drawing(drawing, key)))
    return next(names, f"“{readable(key)}”") if key else "the drawing as a whole"


def _in_drawing(drawing: Drawing, key: str) -> str:
    """Empty where it does not have it."""
    if key in drawing.elements:
        return called(drawing, key)
    if key in drawing.lanes:
        return f"the part of “{drawing.lanes[key]}”"
    ways = (one for one in drawing.flows if one.id == key)
    return next((f"the way from {called(drawing, one.source)} to {called(drawing, one.target)}" for one in ways), "")


def _asked(models: Sequence[Model], path: str, key: str) -> str:
    question = question_of(key)
    if not question:
        return _WORDS_OF_FORMS.get(key, f"its `{key}`")
    forms = (one.forms[path] for one in models if path in one.forms)
    titles = (form["properties"][question].get("title") for form in forms if question in form["properties"])
    return f"“{next((title for title in titles if title), readable(question))}”"


def words_of_part(
    models: Sequence[Model], path: str, key: str, differences: Sequence[ModelDifference]
) -> tuple[str, ...]:
    """Of the differences of the file those of this part."""
    if path.endswith(".bpmn"):
        subjects = {key, *_ways_out(models, path.split("/")[1], key)}
        return tuple(
            one.words for one in differences if one.subject in subjects or (not key and one.about == "process")
        )
    if path.endswith(".json"):
        question = question_of(key)
        return tuple(one.words for one in differences if question and question in one.subject.split(".")[1:2])
    name = key.strip("[]").rpartition(".")[2]
    return tuple(one.words for one in differences if one.subject in (key, name))


def _ways_out(models: Sequence[Model], process: str, element: str) -> set[str]:
    drawings = (one.drawings[process] for one in models if process in one.drawings)
    return {flow.id for drawing in drawings for flow in drawing.flows if flow.source == element}
