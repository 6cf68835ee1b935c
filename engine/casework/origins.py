"""When the concern that led to an instance reached the authority: what clocks of scope `origin` count from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.casework.case_rows import InstanceRow
from engine.casework.locked_case import CaseWork
from engine.forms.answer_roles import field_with_role
from engine.process.bundle import START, Model
from engine.timescales.rules import DateRule


def origin_of(
    casework: CaseWork, model: Model, process: str, answers: Mapping[str, Any], led_here: InstanceRow | None
) -> datetime:
    """When the concern that led here reached the authority: as the form says, however much later it was typed in (a
    referral, the notice of a move); or now for one that arose later.
    """
    if led_here is not None:
        return led_here.origin_at if _hands_on_origin(casework, led_here) else casework.now
    received = field_with_role(model.form(process, START) or {}, "received_at")
    return DateRule(received).instant(answers, casework.now) if received else casework.now


def _hands_on_origin(casework: CaseWork, led_here: InstanceRow) -> bool:
    """Whether the concern that an instance was started for is still the one that it leads to.

    What a person starts counts for nothing yet where only an inherited concern is handed on: the day that counts is
    that of what it calls for.
    """
    handed_on = casework.model(led_here).start_event(led_here.process).properties.get("hands_on_origin")
    if handed_on == "inherited":
        return led_here.origin_at < led_here.started_at
    return handed_on is not None
