"""Cases of children under protection, on top of tests/builders.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.commands.cases import start_process
from tests.builders import MONDAY, Authority, case_at, child, do
from tests.saving import saved


def begin(*, authority: Authority, case: str, process: str, role: str, now: datetime = MONDAY, **answers: Any) -> None:
    start_process(authority.database, authority.actor(role, now=now), now, process, answers, case=case)


@saved
def in_police_protection(
    *, authority: Authority, name: str = "Ada", now: datetime = MONDAY, about: Mapping[str, str] | None = None
) -> str:
    """A case that is being decided, whose child the police took into protection at this moment."""
    case = case_at(authority=authority, point="deciding", now=now, children=[about or child(given_name=name)])
    begin(authority=authority, case=case, process="immediate_protection", role="team_manager", now=now)
    held: dict[str, Any] = {"acting_agency": "police", "action": "police_protection", "held_at": now.isoformat()}
    do(authority=authority, case=case, task="hold_immediate_strategy_discussion", now=now, **held)
    taken: dict[str, Any] = {"outcome": "police_protection", "taken_at": now.isoformat()}
    do(authority=authority, case=case, task="record_emergency_action(police)", now=now, **taken)
    return case


@saved
def on_a_plan(
    *, authority: Authority, name: str = "Ada", now: datetime = MONDAY, about: Mapping[str, str] | None = None
) -> str:
    """A case whose first conference was held at this moment and made a child protection plan."""
    case = case_at(authority=authority, point="assessing", now=now, children=[about or child(given_name=name)])
    begin(authority=authority, case=case, process="strategy_discussion", role="social_worker", now=now, concern="Harm.")
    way: list[tuple[str, dict[str, Any]]] = [
        ("hold_strategy_discussion", {"decision": "section_47", "held_at": now.isoformat()}),
        ("analyse_enquiry", {"outcome": "substantiated_continuing_risk"}),
        ("authorise_section_47_outcome", {"authorised": "yes", "conference": "yes"}),
        ("arrange_conference", {"invited": ["health", "police"]}),
        ("appoint_chair", {"chair": "conference_chair.1"}),
        ("hold_conference", {"decision": "plan", "category": "neglect", "held_at": now.isoformat()}),
    ]
    for task, answers in way:
        do(authority=authority, case=case, task=task, now=now, **answers)
    return case
