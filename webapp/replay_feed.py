"""The steps of a case as the script plays them: words and marks are made here, so that the script only shows them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import get_template_attribute, url_for

from engine.reads.audit.replay import ReplayFeed
from engine.reads.audit.steps import ReplayStep
from engine.record.chain import RecordedEntry
from webapp.words import due_then, then

PARTS = "audit/parts.html"


def frames(feed: ReplayFeed, now: datetime) -> dict[str, Any]:
    """`runs` have the addresses of their drawings, each with the step from which on it was theirs; steps say the place
    of their run among them; moments are seconds.
    """
    places = {run: place for place, run in enumerate(feed.trail.runs)}
    return {
        "runs": [
            {
                "name": run.name,
                "drawings": [
                    {"since": since, "address": url_for("cases.drawing", bundle=bundle, process=run.process)}
                    for since, bundle in feed.trail.ran_on(run)
                ],
            }
            for run in feed.trail.runs.values()
        ],
        "steps": [
            {**_words(step), **_where(step, feed), **_path(line), "run": places.get(step.run, -1)}
            for step, line in zip(feed.steps, feed.trail.lines, strict=True)
        ],
        "clocks": list(_clocks(feed, now)),
        "forms": list(_forms(feed)),
    }


def _words(step: ReplayStep) -> dict[str, Any]:
    found: dict[str, Any] = {
        "what": step.what,
        "at": step.at.timestamp(),
        "when": then(step.at),
        "by": f"{step.by}, {step.role.lower()}" if step.role and step.role != step.by else step.by,
    }
    if step.due_at:
        found["due"] = due_then(step.due_at, step.by_the_day)
    if step.said:
        found["said"] = get_template_attribute(PARTS, "said")(step.said)
    if step.because:
        found["because"] = step.because
    flags = {"late": step.late, "withdrawn": step.withdrawn, "unknown": not step.known, "decides": step.decides}
    return found | {name: True for name, holds in flags.items() if holds}


def _where(step: ReplayStep, feed: ReplayFeed) -> dict[str, str]:
    """In which case it was written, where that is one that was joined to this one."""
    where = feed.subject.written_in(step.case)
    return {"where": where} if where else {}


def _path(line: RecordedEntry) -> dict[str, Any]:
    """What the record says of the path, for the same marks as engine/reads/audit/path.py gives."""
    found: dict[str, Any] = {"kind": line.kind}
    if line.element:
        found |= {"element": line.element, "occurrence": line.occurrence}
    renamed = (line.payload or {}).get("renamed") if line.kind == "migrated" else None
    return found | ({"flows": line.flows} if line.flows else {}) | ({"renamed": renamed} if renamed else {})


def _clocks(feed: ReplayFeed, now: datetime) -> Iterator[dict[str, Any]]:
    row = get_template_attribute(PARTS, "clock")
    for clock in feed.clocks:
        dues = [(number, due_then(due, clock.by_the_day)) for number, due in clock.dues]
        numbers = {"began": clock.began, "passed": clock.passed, "ended": clock.ended}
        yield {**numbers, "dues": dues, "html": row(clock, clock.began, now)}


def _forms(feed: ReplayFeed) -> Iterator[dict[str, Any]]:
    row = get_template_attribute(PARTS, "form")
    for form in feed.forms:
        html = row(form, 0, feed.subject.case)
        yield {"number": form.number, "happened": form.happened_at.timestamp(), "html": html}
