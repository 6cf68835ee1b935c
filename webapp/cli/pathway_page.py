"""docs/pathway.md: the processes as they are drawn, in Markdown, with each duty and when it is done."""

from collections.abc import Iterator, Sequence

from engine.decision_tables.decision_table import DecisionTable
from engine.facts.beginnings import ANYONE, says, start_event, starters
from engine.facts.duties import judgements
from engine.forms.departure_rules import DEPARTURES, departures_in_words
from engine.forms.duty_judgement import Judgement
from engine.forms.offering import Choice
from engine.forms.questions import Question, Schema, form_now, has_fixed_rows, names_in, questions_of
from engine.forms.schema import conditions_of
from engine.forms.shown_to import shown_to
from engine.process.bundle import START, Model
from engine.process.condition_words import condition_in_words
from engine.process.drawing import Drawing, Element
from engine.process.duty_table import NOW, Duty
from engine.process.table_words import result_in_words, row_in_words
from engine.process.vocabulary import TAKES_OVER
from engine.timescales.rules import limit_in_words

HEAD = """# The pathway

{edition}: what is drawn, asked and timed, process by process, and when each duty is done.

Made from the drawings, forms and tables by `make docs`; change those, not this page.
"""
_ANY_ROW = (Choice("row", "row"),)


def page(model: Model, duties: Sequence[Duty]) -> str:
    """The whole document."""
    lines = [HEAD.format(edition=model.edition.name)]
    processes = _in_order(model, duties)
    lines += [f"- [{model.drawings[process].name}](#{process})" for process in processes]
    lines += ["- [Each duty, and when it is done](#duties)", ""]
    for process in processes:
        lines += _process(model, process)
    return "\n".join([*lines, *_duties(model, duties)]) + "\n"


def _in_order(model: Model, duties: Sequence[Duty]) -> list[str]:
    """As the guidance goes on: in the order of its duties, then what has none of its own."""
    named = [*(duty.process for duty in duties), *model.drawings]
    return [process for process in dict.fromkeys(named) if process in model.drawings]


def _process(model: Model, process: str) -> Iterator[str]:
    drawing = model.drawings[process]
    yield f'## <a id="{process}"></a>{drawing.name}'
    yield ""
    yield f"`{process}` · [drawing](../{drawing.file})"
    yield ""
    yield f"- Begins: {'; '.join(_begins(model, process))}"
    ends = dict.fromkeys(one.name for one in drawing.elements.values() if one.kind == "endEvent" and one.name)
    yield f"- Ends: {', '.join(ends)}"
    yield ""
    if form := model.form(process, START):
        yield from _task(model, process, START, form.get("title", drawing.name), ["the form that starts it"], form)
    for task in (one for one in drawing.elements.values() if one.kind == "userTask"):
        yield from _task(model, process, task.id, task.name, _whose(model, drawing, task), model.form(process, task.id))
    for one in drawing.rule_tasks():
        if one.table is not None:
            yield from _decision_table(model, process, one, one.table)


def _decision_table(model: Model, process: str, task: Element, table: DecisionTable) -> Iterator[str]:
    yield f"### {task.name}"
    yield ""
    yield f"`{task.id}` · decided by the table [{table.name}](../{table.file})"
    yield ""
    for number, row in enumerate(table.rows, 1):
        answered = row_in_words(model, process, table, number) or "whatever was answered"
        yield f"{number}. {answered}: {result_in_words(row.result)}"
    yield ""


def _begins(model: Model, process: str) -> Iterator[str]:
    """By whom, and by which messages."""
    named = starters(model, process)
    if ANYONE in named:
        yield "by anyone"
    elif named:
        yield f"by hand ({', '.join(role.name.lower() for role in model.roles.values() if role.id in named)})"
    message = start_event(model, process).message
    throwing = [one.name for one in model.drawings.values() if message and _throws(one, message)]
    if throwing:
        yield f"`{message}`, from {', '.join(throwing)}"
    if says(model, process, TAKES_OVER):
        yield "for what ran in another system (`throughline take-over`)"
    elif not named and not throwing:
        yield "by itself"


def _throws(drawing: Drawing, message: str) -> bool:
    return any(
        one.message == message for one in drawing.elements.values() if one.kind.endswith(("ThrowEvent", "endEvent"))
    )


def _whose(model: Model, drawing: Drawing, task: Element) -> list[str]:
    lane = drawing.lanes.get(task.lane or "", "")
    also = [model.roles[role].name.lower() for role in task.properties.get("also", "").split()]
    judged = task.properties.get("not_by")
    said = [f"{lane} or {', '.join(also)}" if also else lane]
    said += ["one for each agency"] if "for_each" in task.properties else []
    said += ["done by itself where nobody is needed"] if "automatic" in task.properties else []
    if judged:
        process, _, task_judged = judged.rpartition(".")
        said.append(f"not whoever did “{model.title(process or drawing.process, task_judged)}”")
    return said


def _task(
    model: Model, process: str, element: str, title: str, said: Sequence[str], form: Schema | None
) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield f"`{element}` · {'; '.join(one for one in said if one)}"
    yield ""
    facts = {
        "Meets": "; ".join(_clocks(model, process, element, meets=True)),
        "Starts the clock": "; ".join(_clocks(model, process, element, meets=False)),
        "Duties": ", ".join(_link(duty) for duty in _duties_of(form or {})),
        "Source": (form or {}).get("x-source", ""),
        "Done differently": departures_in_words((form or {}).get(DEPARTURES, {})),
        "Others read": "; ".join(_read_by_others(model, form or {})),
    }
    yield from (f"- {name}: {words}" for name, words in facts.items() if words)
    asked = list(_questions(form)) if form else []
    yield "- Asks:" if asked else "- Asks nothing"
    yield from asked
    yield ""


def _clocks(model: Model, process: str, element: str, *, meets: bool) -> Iterator[str]:
    for rule in model.rules.values():
        events = rule.met_on if meets else rule.starts_on
        happening = "started" if element == START else "completed"
        task = "" if element == START else element
        if any((one.happening, one.process, one.task) == (happening, process, task) for one in events):
            yield f"{rule.title} ({limit_in_words(rule)}, {rule.kind}, {rule.source})"


def _duties_of(form: Schema) -> list[str]:
    """Of the form and of its questions."""
    return sorted(dict.fromkeys(_named_in(form)))


def _named_in(form: Schema) -> Iterator[str]:
    yield from names_in(form.get("x-duty", ()))
    for field in form.get("properties", {}).values():
        yield from _named_in({**field, "properties": field.get("items", {}).get("properties", {})})


def _questions(form: Schema) -> Iterator[str]:
    """All that may be asked, whatever the circumstances."""
    rows = {name: _ANY_ROW for name, field in form.get("properties", {}).items() if has_fixed_rows(field)}
    for question in questions_of(form_now(form, conditions_of(form), rows)):
        yield f"  - {question.title} (`{question.id}`{_choices(question)}){_duties_and_when(form, question)}"


def _choices(question: Question) -> str:
    if not question.decision or not question.choices:
        return ""
    return f": {', '.join(f'`{choice.value}`' for choice in question.choices)}"


def _duties_and_when(form: Schema, question: Question) -> str:
    when = form["properties"][question.id].get("x-when")
    said = [f"only where `{when}`"] if when else []
    said += [", ".join(_link(duty) for duty in question.duties)] if question.duties else []
    return "".join(f" · {one}" for one in said)


def _duties(model: Model, duties: Sequence[Duty]) -> Iterator[str]:
    yield '## <a id="duties"></a>Each duty, and when it is done'
    yield ""
    yield "A duty is done when the answers say so, never because a task was completed or a question names it."
    yield ""
    yield "| duty | what is asked | limit | clock | when it is done | source |"
    yield "|---|---|---|---|---|---|"
    for duty in duties:
        when = _judged(model, judgements(model).get(duty.id, ())) if duty.delivered == NOW else "comes later"
        clock = model.rules[duty.clock].title if duty.clock in model.rules else ""
        cells = (f'<a id="{duty.id.lower()}"></a>{duty.id}', duty.duty, duty.limit, clock, when, duty.source)
        yield f"| {' | '.join(cells)} |"


def _judged(model: Model, of_duty: Sequence[Judgement]) -> str:
    """By process and task, the answers that decide."""
    return "; ".join(
        f"[{model.drawings[one.process].name}](#{one.process}), {_title(model, one.process, one.element)}: "
        f"{_in_words(model, one)}"
        for one in of_duty
    )


def _in_words(model: Model, one: Judgement) -> str:
    said = {
        "done when": one.done,
        "done otherwise when": one.otherwise,
        "left open when": one.still_open,
        "does not arise when": one.unless,
    }
    return "; ".join(
        f"{name} {condition_in_words(model, one.process, one.element, source)}"
        for name, source in said.items()
        if source
    )


def _title(model: Model, process: str, element: str) -> str:
    form = model.form(process, element) if element == START else None
    return form["title"] if form else model.title(process, element)


def _read_by_others(model: Model, form: Schema) -> Iterator[str]:
    """The core group: “What has to change?”, “Who does what?”."""
    named = {one.id: one.name for one in (*model.agencies.values(), *model.groups.values())}
    found: dict[str, list[str]] = {}
    for name, field in form.get("properties", {}).items():
        for reader in shown_to(form, name):
            found.setdefault(reader, []).append(f"“{field['title']}”")
    yield from (f"{named.get(reader, reader)}: {', '.join(titles)}" for reader, titles in found.items())


def _link(duty: str) -> str:
    return f"[{duty}](#{duty.lower()})"
