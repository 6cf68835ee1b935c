"""Whether the names in a story exist in the models: a wrong one is an error that names the nearest, never ignored."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from engine.facts.action_forms import add_form
from engine.facts.beginnings import opens_cases, processes_that_say
from engine.facts.directory import service_form
from engine.facts.personal_forms import KINDS_OF_PERSON, PERSON, end_form, fact_form, person_form
from engine.facts.sharing_forms import WITHDRAW_WISH, share_form, wish_form
from engine.forms.duty_judgement import STATES
from engine.process.bundle import START, Model
from engine.process.vocabulary import TAKES_OVER
from engine.scenario.fields import Schema, children_of, choices, decides, fields_of, inside, kind, roles_in
from engine.scenario.life_steps import as_start
from engine.scenario.misspelt_words import shown, unknown
from engine.scenario.names import person_name, task_name
from engine.scenario.people_in_stories import OF_WHAT
from engine.scenario.story import (
    BY_ITSELF,
    CORRECT,
    DEPART,
    DUTY,
    HOLIDAY,
    LIFE,
    MIGRATE,
    NOBODY,
    REASSIGN,
    TEAM,
    BadStory,
    Story,
    StoryFault,
    StoryStep,
)
from engine.scenario.story_cases import OTHER
from engine.scenario.story_words import CHILD, RECORD, TAKE_OVER

FACT_FORMS = (person_form(), end_form(PERSON), *(fact_form(kind, changes=True) for kind in KINDS_OF_PERSON))
BY_HAND = (share_form({}), wish_form({}), WITHDRAW_WISH, add_form({}, "", {"": ""}), service_form({}, ""))
FORMS = (*BY_HAND, *FACT_FORMS)
"""What a step may record beside its tasks."""
RELEASE = "release"
# What the target of a verb may say besides; it is not of the models.
_PARTS = {
    HOLIDAY: ("closure day", ("name",)),
    DUTY: ("turn", ("until",)),
    MIGRATE: ("carrying over", ("reason", "hands_back")),
    RECORD: ("record", (*OF_WHAT, *dict.fromkeys(name for form in FORMS for name in form["properties"]))),
    REASSIGN: ("giving of a task", ("reason",)),
    RELEASE: ("handing back", ("reason",)),
}
OF_A_TASK = ("do", "claim", RELEASE, REASSIGN, DEPART)
NONE_LATER: Mapping[int, Model] = {}


def check_names(story: Story, model: Model, later: Mapping[int, Model] = NONE_LATER) -> None:
    """Raises BadStory with every name that the models do not know. `later` are those that steps put in force, by their
    numbers: what runs may be on any that were there by then.
    """
    known = [Vocabulary(model, story)]
    faults = [StoryFault(story.file, 0, sentence) for sentence in known[0].of_children()]
    for step in story.steps:
        if step.number in later:
            known.append(Vocabulary(later[step.number], story))
        wrong = [[*vocabulary.of_step(step)] for vocabulary in known]
        faults += [StoryFault(story.file, step.number, sentence) for sentence in wrong[-1] if all(wrong)]
    if faults:
        raise BadStory(faults)


class Vocabulary:
    """What a story may name. Its methods give a sentence for each name that is wrong."""

    def __init__(self, model: Model, story: Story) -> None:
        self._model = model
        self._children = story.children
        # A process that messages name but nobody has drawn yet may be said not to run.
        started = {message.starts for message in model.messages.values() if message.starts}
        self._processes = started | set(model.drawings)
        self._tasks: dict[str, list[str]] = defaultdict(list)
        for process, drawing in model.drawings.items():
            for element in drawing.elements.values():
                if element.kind == "userTask":
                    self._tasks[element.id].append(process)
        self._expectations: dict[str, Callable[[Any], Iterable[str]]] = {
            **dict.fromkeys(("open", "has", "not_open"), self._each(self._task)),
            **dict.fromkeys(("due", "met", "late", "not_late", "stopped"), self._each(self._clock)),
            **dict.fromkeys(("running", "ended", "not_running"), self._each(self._process)),
            "data": self._decisions,
            "duty": self._duties,
            "around": self._facts,
            "lead": lambda written: () if written == NOBODY else self._person(written),
        }

    def of_children(self) -> Iterator[str]:
        known = {word.name for word in CHILD}
        for process in self._model.drawings:
            start = self._model.form(process, START) or {}
            _, item = children_of(start)
            known |= inside(item).keys() | roles_in(item).keys()
        for child in self._children.values():
            yield from (unknown("fact about a child called", fact, known) for fact in child.facts if fact not in known)

    def of_step(self, step: StoryStep) -> Iterator[str]:
        step = as_start(step, self._model)
        if step.verb == LIFE:
            yield f"no process of the models says that it records this: life_event = {step.target}"
        elif step.verb and step.verb not in BY_ITSELF:
            yield from self._command(step)
        for key, value in step.expect.items():
            if key in self._expectations:
                yield from self._expectations[key](value)

    def _command(self, step: StoryStep) -> Iterator[str]:
        if step.verb in ("start", MIGRATE, TAKE_OVER):
            what = "process open to taking over" if step.verb == TAKE_OVER else "process"
            takes_over = processes_that_say(self._model, TAKES_OVER)
            yield from _known(what, step.target, takes_over if step.verb == TAKE_OVER else self._model.drawings)
        if step.verb == "start" and step.cases and opens_cases(self._model, step.target):
            yield f"{step.target} opens a case for each child that its form names: leave out cases and each"
        what, parts = _PARTS.get(step.verb, ("", (*step.answers,)))
        yield from (unknown(f"part of a {what}", name, parts) for name in step.answers if name not in parts)
        yield from self._target_task(step)
        others = [one for one in (step.to, step.approved_by) if one not in ("", TEAM)]
        for person in (step.person, *others):
            yield from self._person(person)
        if step.agency is not None:
            yield from _known("agency", step.agency, self._model.agencies)
        if step.verb in ("start", "do", CORRECT, DEPART, TAKE_OVER):
            yield from dict.fromkeys(sentence for one in step.of_each for sentence in self._answers(one))

    def _target_task(self, step: StoryStep) -> Iterator[str]:
        """Only what is put right may be the form that began a process."""
        process, task, _ = task_name(step.target)
        if step.verb == CORRECT and task == START:
            yield from _known("process", process, self._model.drawings) if process else ()
        elif step.verb in (*OF_A_TASK, CORRECT):
            yield from self._task(step.target)

    def _each(self, check: Callable[[str], Iterator[str]]) -> Callable[[Iterable[str]], Iterator[str]]:
        return lambda names: (sentence for name in names for sentence in check(name))

    def _process(self, written: str) -> Iterator[str]:
        return _known("process", written, self._processes)

    def _clock(self, written: str) -> Iterator[str]:
        return _known("clock", written, self._model.rules)

    def _person(self, written: str) -> Iterator[str]:
        if person_name(written).role not in self._model.roles:
            yield unknown("role", written, self._model.roles)

    def _task(self, written: str) -> Iterator[str]:
        process, task, agency = task_name(written)
        if process:
            yield from _known("process", process, self._model.drawings)
        if not process or process not in self._model.drawings:
            yield from _known("task", task, self._tasks)
        elif process not in self._tasks.get(task, ()):
            yield unknown(f"task in {process}", task, [name for name in self._tasks if process in self._tasks[name]])
        if agency:
            yield from _known("agency", agency, self._model.agencies)

    def _decisions(self, expected: Schema) -> Iterator[str]:
        for name, value in expected.items():
            task, _, field = name.rpartition(".")
            if not task:
                yield f"a decision is written like task.field, not {name!r}"
                continue
            faults = [] if task_name(task).task == START else list(self._task(task))
            decided = {name: one for name, one in fields_of(self._forms(task)).items() if decides(one)}
            yield from faults or _known(f"decision in {task}", field, decided)
            if field in decided:
                yield from self._value(field, decided[field], value)

    def _duties(self, expected: Schema) -> Iterator[str]:
        for name, state in expected.items():
            yield from _known("duty", name, self._model.duties)
            yield from _known("state of a duty", state, STATES)

    def _facts(self, expected: Schema) -> Iterator[str]:
        known = {name for form in FACT_FORMS for name in form["properties"]}
        for what in expected:
            whose, _, name = what.rpartition(".")
            if not whose:
                yield f"what holds of somebody is written like Maria.lives, not {what!r}"
            else:
                yield from _known("fact of somebody called", name, known)

    def _answers(self, step: StoryStep) -> Iterator[str]:
        starts = step.verb in ("start", TAKE_OVER)
        forms = self._forms(f"{step.target}.{START}" if starts else step.target)
        fields = fields_of(forms)
        children = {children_of(form)[0] for form in forms if starts}
        given = set(step.answers) - children
        # A step may give a field that does not exist in order to be refused: it then says which.
        for name in sorted(given - set(step.fields)) + [name for name in step.fields if name not in given]:
            if name.partition(".")[0] not in {"", *fields}:
                yield unknown(f"field in the form of {step.target}", name, fields)
        if step.refused != "BadAnswers":
            for name in sorted(given & fields.keys()):
                yield from self._value(name, fields[name], step.answers[name])
        for name in sorted(children & step.answers.keys()):
            yield from self._named_children(name, step.answers[name])

    def _named_children(self, field: str, value: object) -> Iterator[str]:
        listed = cast("list[object]", value) if isinstance(value, list) else [None]
        if not all(isinstance(name, str) for name in listed):
            yield f'{field} lists names of this story, ["ada"], not {shown(cast("object", value))}'
            return
        for name in listed:
            yield from _known("child", name, self._children)

    def _forms(self, task: str) -> list[Schema]:
        """Of every process that has a task of this name; `task` is `process.task` or `task`."""
        process, element, _ = task_name(task)
        processes = [process] if process else self._tasks.get(element, self._model.drawings)
        forms = (self._model.form(one, element) for one in processes)
        return [form for form in forms if form is not None]

    def _value(self, name: str, schema: Schema, value: object) -> Iterator[str]:
        if isinstance(value, list):
            for one in cast(list[object], value):
                yield from self._value(name, schema, one)
        elif isinstance(value, dict):
            yield from self._item(name, schema, cast(Schema, value))
        elif isinstance(value, str):
            yield from self._choice(name, schema, value)

    def _item(self, name: str, schema: Schema, item: Schema) -> Iterator[str]:
        asked = inside(schema)
        for field, value in item.items():
            if field == "child" and "given_name" in roles_in(schema):
                yield from _known("child", value, self._children)
                continue
            yield from _known(f"field in {name}", field, asked)
            if field in asked:
                yield from self._value(field, asked[field], value)

    def _choice(self, name: str, schema: Schema, value: str) -> Iterator[str]:
        if kind(schema) in ("person", "people"):
            # A child of the story may be the person that is asked for: known_person = "ada".
            yield from () if value.partition(".")[0] in (*self._children, OTHER) else self._person(value)
            return
        offered = choices(name, schema)
        if kind(schema) == "agencies":
            offered = (*self._model.agencies, *self._model.roles_with("own_people"), *offered)
        if offered:
            yield from _known(f"value of {name}", value, offered)


def _known(what: str, name: object, known: Iterable[str]) -> Iterator[str]:
    if name not in set(known):
        yield unknown(what, name, known)
