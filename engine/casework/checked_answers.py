"""Answers to a form of a case, checked as the case stands once it is locked."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from engine import forms
from engine.base.subject import Subject
from engine.casework.locked_case import CaseWork
from engine.facts.case_checks import case_findings
from engine.facts.circumstances import situation
from engine.facts.known_days import KnownDays
from engine.forms.findings import Finding
from engine.people.command import Work
from engine.process.bundle import Model
from engine.record.chain import canonical


def checked(
    work: Work, model: Model, subject: Subject, answers: Mapping[str, Any], casework: CaseWork | None
) -> dict[str, Any]:
    """As they may be kept. Raises BadAnswers."""
    form = model.form(subject.process, subject.element)
    if form is None:
        return {}
    now = situation(work.connection, work.actor, model, subject, answers, work.now, casework)

    def against(cleaned: Mapping[str, Any]) -> Iterator[Finding]:
        return case_findings(KnownDays(work.connection, work.actor, model, subject, casework, cleaned, work.now))

    return forms.check(form, answers, now.holding, work.now, now.choices, against)


def digest(answers: Mapping[str, Any]) -> str:
    """By which the same answers are known again; empty for what is not JSON, whose faults the form will name."""
    try:
        return hashlib.sha256(canonical(answers)).hexdigest()
    except TypeError:
        return ""
