"""The tables of a pack, as CSV that a spreadsheet shows as text: no cell is a formula, whatever was typed."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from engine.export.told import Narrative

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in its wide forms as well.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
STEPS = (
    *("entry", "act", "at", "by", "role", "kind", "process", "run", "element", "title", "occurrence"),
    *("flows", "what_happened", "decision", "reason", "answers_withheld", "written_in", "written_as"),
)
ANSWERS = (
    *("entry", "at", "by", "role", "process", "task", "field", "question", "decision", "answer", "in_words"),
    *("said_to_be_wrong", "corrected"),
)
CLOCKS = (
    *("clock", "number", "title", "kind", "limit", "process", "run", "counted_from", "due_at", "started_at"),
    *("met_at", "stopped_at", "state", "days_over", "late_reason", "dates_withheld"),
)
DUTIES = (
    *("duty", "what_is_asked", "limit", "source", "state", "late", "process", "run", "task", "state_of_this_step"),
    *("entry", "done_when", "reason"),
)


def steps(told: Narrative) -> bytes:
    rows: list[Sequence[object]] = []
    for step in told.steps:
        stage = told.stage(step.stage)
        decision = "; ".join(f"{one.question} {one.words}" for one in step.answers if one.decision)
        reason = "; ".join(one.words for one in step.answers if one.reason)
        where = (stage.process if stage else "", step.stage or "", step.element, step.title, step.occurrence)
        said = (" ".join(step.flows), step.words, decision, reason, step.withheld, step.case, step.written_as)
        rows.append((step.number, step.act, instant(step.at), step.by.name, step.by.role, step.kind, *where, *said))
    return table(STEPS, rows)


def answers(told: Narrative) -> bytes:
    rows: list[Sequence[object]] = []
    for step in told.steps:
        given = (step.number, instant(step.at), step.by.name, step.by.role, *step.form)
        for one in step.answers:
            said = (one.field, one.question, "yes" if one.decision else "no", one.value, one.words)
            rows.append((*given, *said, one.disputed, one.corrected))
    return table(ANSWERS, rows)


def clocks(told: Narrative) -> bytes:
    rows: list[Sequence[object]] = []
    for one in told.clocks:
        stage = told.stage(one.stage)
        what = (one.clock, one.number, one.title, one.kind, one.limit, stage.process if stage else "", one.stage)
        times = (one.counted_from, one.due_at, one.started_at, one.met_at, one.stopped_at)
        came = (one.state, "" if one.withheld else one.days_over, one.late_reason, "yes" if one.withheld else "no")
        rows.append((*what, *(instant(moment) for moment in times), *came))
    return table(CLOCKS, rows)


def duties(told: Narrative) -> bytes:
    """A row for each step that was to answer for a duty; one without a step where none came up."""
    rows: list[Sequence[object]] = []
    for one in told.duties:
        stage = told.stage(one.stage)
        what = (one.duty.id, one.duty.duty, one.duty.limit, one.duty.source, one.state, "yes" if one.late else "no")
        where = (stage.process if stage else "", one.stage or "", one.title, one.here or "", one.entry or "")
        rows.append((*what, *where, one.done_when, one.reason))
    return table(DUTIES, rows)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """With the mark that tells a spreadsheet that this is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def cell(value: object) -> str:
    """As text. What would be read as a formula has an apostrophe before it."""
    text = "" if value is None else str(value).replace("\0", "\ufffd")
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def instant(moment: datetime | None) -> str:
    """In UTC, as entries have it; empty where there is none."""
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")
