"""The page of a pack: one HTML file that every browser shows without a network and without scripts."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from engine.export.markup import as_html, node
from engine.export.told import (
    NarratedDeadline,
    NarratedDuty,
    NarratedLook,
    NarratedProcess,
    NarratedStep,
    Narrative,
    Who,
)
from engine.process.safe_xml import XmlElement
from engine.reads.case.answer_rows import Answer, moment
from engine.record.kinds import KINDS

STYLE = (Path(__file__).parent / "page.css").read_text()
# Nothing is loaded and nothing runs, even if somebody had changed the file.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
PARTS = {
    "late": "What was late",
    "clocks": "Clocks",
    "duties": "Beside the guidance",
    "processes": "The drawings and the path through them",
    "happened": "What happened",
    "looked": "Who looked",
    "check": "How to check this",
}
REDACTED = (
    "This is a redacted pack. It holds the path through the process, the times, the roles, the decisions that were "
    "chosen from a printed list, and of each reason that was written how long it is. Names, addresses, dates of birth, "
    "all other answers and what was written are withheld."
)
GOES_ON = (
    "This case was found to be about a child with another open case, and was joined to that one. All that was under "
    "way went on there, and what happened since stands in the pack of that case."
)
GONE = "What ran when this case was joined to another went on there, and stands in the pack of that one."
Piece = XmlElement | str


def head(title: str) -> XmlElement:
    """Of each page in a pack."""
    return node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", given={"http-equiv": "Content-Security-Policy", "content": POLICY}),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("title", title),
        node("style", STYLE),
    )


def page(told: Narrative, pictures: Mapping[str, XmlElement], checks: Sequence[str]) -> bytes:
    """`pictures` by their names; `checks` say in sentences how to check the pack."""
    title = f"Case {told.number}" + (" (redacted)" if told.redacted else "")
    main = node(
        "main",
        node("h1", title),
        *_introduction(told),
        *_joined(told),
        _contents(),
        _part("late", *_clocks(told.late, told, "Nothing was late.")),
        _part("clocks", *_clocks(told.clocks, told, "No clock has run.")),
        _part("duties", *_duties(told)),
        _part("processes", node("ul", *(_stage(told, one, pictures) for one in told.stages), class_="stages")),
        _part("happened", node("ol", *_acts(told), class_="acts")),
        _part("looked", *_looks(told.looks)),
        _part("check", *(node("p", sentence) for sentence in checks)),
        id="main",
    )
    skip = node("a", "Skip to the case", class_="skip", href="#main")
    body = node("body", skip, node("header", "Throughline: audit pack"), main)
    return as_html(node("html", head(title), body, lang="en-GB"))


def _introduction(told: Narrative) -> Iterator[XmlElement]:
    if told.redacted:
        yield node("p", node("strong", REDACTED))
    about = {**told.about, "Guidance": told.edition, "Pack made": moment(told.made_at)}
    yield node("dl", *(part for name, value in about.items() for part in _pair(name, value)), class_="facts")


def _joined(told: Narrative) -> Iterator[XmlElement]:
    """Which chains are read as one, and that this one went on elsewhere."""
    if told.joined:
        which = f"{'case' if len(told.joined) == 1 else 'cases'} {', '.join(told.joined)}"
        yield node(
            "p",
            f"What was recorded in {which} stands here too, in the order in which it happened: it was found to be "
            "about the same child, and was joined to this case. Acts and entries are numbered through all that is "
            "here; steps.csv says in which case each was written, and its number there.",
        )
    if told.is_joined:
        yield node("p", GOES_ON)


def _contents() -> XmlElement:
    links = (node("li", node("a", words, href=f"#{name}")) for name, words in PARTS.items())
    return node("nav", node("ul", *links), aria_label="On this page")


def _part(name: str, *content: Piece) -> XmlElement:
    return node("section", node("h2", PARTS[name], id=name), *content, aria_labelledby=name)


def _clocks(clocks: Iterable[NarratedDeadline], told: Narrative, none: str) -> Iterator[XmlElement]:
    items = [_clock(one, told) for one in clocks]
    if items:
        yield node("ul", *items, class_="clocks")
    if told.is_joined:
        yield node("p", GONE)
    elif not items:
        yield node("p", none)


def _clock(clock: NarratedDeadline, told: Narrative) -> XmlElement:
    late = clock in told.late
    over = f" by {clock.days_over} {'day' if clock.days_over == 1 else 'days'}" if clock.days_over else ""
    stage = told.stage(clock.stage)
    where = f" ({', '.join(part for part in (clock.limit, clock.kind, stage.name if stage else '') if part)})"
    times = {
        "Counted from": clock.counted_from,
        "due by": clock.due_at,
        "done": clock.met_at,
        "stopped": clock.stopped_at if not clock.met_at else None,
    }
    dates = ", ".join(f"{name} {moment(at)}" for name, at in times.items() if at)
    withheld = "The dates are withheld: they would tell when the child was born." if clock.withheld else ""
    content = [
        node("h3", clock.title, node("span", where, class_="hint")),
        node("p", node("strong", f"{clock.state.capitalize()}{over}")),
        node("p", withheld or f"{dates}."),
    ]
    if late:
        reason = node("bdi", clock.late_reason) if clock.late_reason else "no reason was given"
        content.append(node("p", "Why it was late: ", reason, class_="typed"))
    return node("li", *content, class_="late" if late else "clock")


def _duties(told: Narrative) -> Iterator[XmlElement]:
    """What was asked comes first; what never came up is only counted, and stands in duties.csv."""
    asked = [list(of_it) for _, of_it in groupby(told.duties, key=lambda one: one.duty.id)]
    arose = [steps for steps in asked if steps[0].entry]
    yield node("p", "What the guidance asks, and what the answers say became of it.")
    yield node("ul", *(_duty(told, steps) for steps in arose), class_="clocks")
    others = (
        f"{len(asked) - len(arose)} other duties did not arise: no step that answers for them came up, or what was "
    )
    yield node("p", f"{others}answered there does not call for them.", class_="hint")


def _duty(told: Narrative, steps: Sequence[NarratedDuty]) -> XmlElement:
    first = steps[0]
    late = ", and late" if first.late else ""
    content = [
        node("h3", f"{first.duty.id}: {first.duty.duty}", node("span", f" ({first.duty.source})", class_="hint")),
        node("p", node("strong", f"{first.state.capitalize()}{late}")),
    ]
    for step in steps:
        act = next(one.act for one in told.steps if one.number == step.entry)
        stage = told.stage(step.stage)
        said = f": {step.here}, in {stage.name if stage else ''}. Done when {step.done_when}."
        content.append(node("p", node("a", f"{step.title} (act {act})", href=f"#act-{act}"), said))
        if step.reason:
            content.append(node("p", "Why: ", node("bdi", step.reason), class_="typed"))
    return node("li", *content, class_="clock" if first.state in ("done", "done otherwise") else "late")


def _stage(told: Narrative, stage: NarratedProcess, pictures: Mapping[str, XmlElement]) -> XmlElement:
    how = "set aside, as it cannot go on," if stage.status == "stuck" else stage.status
    ended = f", {how} {moment(stage.ended_at)}" if stage.ended_at else ", still running"
    done = [step for step in told.steps if step.stage == stage.number and step.kind in ("completed", "withdrawn")]
    steps = [node("li", node("a", f"{step.act}: {step.words}", href=f"#act-{step.act}")) for step in done]
    return node(
        "li",
        node("h3", f"{stage.number}. {stage.name}"),
        node("p", f"Began {moment(stage.started_at)}{ended}. {_models(told, stage)}.", class_="hint"),
        node("p", "Thick lines were taken; the numbers are those of the acts below. Yellow is open.", class_="hint"),
        *(_drawing(one, pictures[one.picture]) for one in stage.on_each),
        *([node("ul", *steps)] if steps else []),
    )


def _models(told: Narrative, stage: NarratedProcess) -> str:
    until = (f"{one.bundle[:12]} until act {told.steps[one.until - 1].act}, then " for one in stage.earlier)
    return f"Models {''.join(until)}{stage.bundle[:12]}"


def _drawing(stage: NarratedProcess, picture: XmlElement) -> XmlElement:
    drawing = node("div", picture, class_="drawing", role="region", tabindex="0")
    earlier = "" if stage.until == sys.maxsize else f", on models {stage.bundle[:12]}"
    drawing.set("aria-label", f"Drawing of {stage.name}, number {stage.number}{earlier}")
    return drawing


def _acts(told: Narrative) -> Iterator[XmlElement]:
    for number, steps in groupby(told.steps, key=lambda step: step.act):
        yield _act(told, number, list(steps))


def _act(told: Narrative, number: int, steps: Sequence[NarratedStep]) -> XmlElement:
    first = steps[0]
    done = [step for step in steps if not _is_aside(step)]
    rest = [step for step in steps if step not in done]
    elsewhere = f", in case {first.case}" if first.case != told.number else ""
    content = [node("h3", _when(first.at, first.by), node("span", f" (act {number}{elsewhere})", class_="hint"))]
    content += [part for step in done for part in _step(told, step)]
    if rest:
        more = node("summary", f"What followed by itself: {len(rest)} {'step' if len(rest) == 1 else 'steps'}")
        items = (node("li", _words(told, step)) for step in rest)
        content.append(node("details", more, node("ul", *items)))
    return node("li", *content, id=f"act-{number}")


def _is_aside(step: NarratedStep) -> bool:
    """What the engine did by itself: told in full, and out of the way."""
    kind = KINDS.get(step.kind)
    return kind is not None and kind.by_itself and not step.answers and not step.chooses


def _when(at: datetime, by: Who) -> XmlElement:
    return node("span", node("time", moment(at), datetime=at.isoformat()), " · ", node("bdi", str(by)))


def _words(told: Narrative, step: NarratedStep) -> str:
    stage = told.stage(step.stage)
    return f"{step.words} ({stage.name})" if stage and stage.name not in step.words else step.words


def _step(told: Narrative, step: NarratedStep) -> Iterator[XmlElement]:
    yield node("p", _words(told, step))
    decided = [one for one in step.answers if one.decision or one.reason]
    others = [one for one in step.answers if one not in decided]
    if decided:
        yield node("dl", *_answers(decided), class_="decision")
    if others:
        yield node("details", node("summary", "What was answered"), node("dl", *_answers(others)))
    if step.withheld:
        yield node(
            "p", f"{step.withheld} {'answer is' if step.withheld == 1 else 'answers are'} withheld.", class_="hint"
        )


def _answers(answers: Iterable[Answer]) -> Iterator[XmlElement]:
    for one in answers:
        numbers = [int(part) + 1 for part in one.field.split(".") if part.isdecimal()]
        place = "".join(f" (number {number})" for number in numbers)
        yield from _pair(one.question + place, one.words)
        if one.corrected:
            yield node("dd", node("bdi", one.corrected), class_="disputed", dir="auto")
        if one.disputed:
            yield node("dd", node("bdi", one.disputed), class_="disputed", dir="auto")


def _pair(name: str, value: str) -> tuple[XmlElement, XmlElement]:
    return node("dt", name), node("dd", value, dir="auto")


def _looks(looks: Sequence[NarratedLook]) -> Iterator[XmlElement]:
    if not looks:
        yield node("p", "Nobody has looked at this case.")
        return
    yield node("p", f"Looks recorded: {len(looks)}. Each was recorded before the page was answered.")
    items = (node("li", _when(one.at, one.by), f": {one.kind} {one.page.replace('_', ' ')}") for one in looks)
    yield node("details", node("summary", "All looks"), node("ol", *items))
