"""What a task is called and whose it is, as its shape says."""

from dataclasses import dataclass
from typing import Any

from engine.casework.locked_case import CaseWork
from engine.process.bundle import Model
from engine.process.drawing import Element


@dataclass(frozen=True, slots=True)
class Addressed:
    """`role` and `also` are ids of roles, `agency` is whose it is, `team` that of the case where its agency leads."""

    title: str
    role: str
    also: list[str]
    agency: str | None
    team: str | None

    @property
    def columns(self) -> dict[str, Any]:
        """Of `work_item`."""
        said = {"title": self.title, "role": self.role, "also": self.also}
        return {**said, "agency_id": self.agency, "team_id": self.team}


def addressed(casework: CaseWork, model: Model, element: Element, for_agency: str | None) -> Addressed:
    """`for_agency` is set for one item of a task that several agencies do."""
    lane = element.lane or ""
    agency = for_agency or model.roles[lane].agency
    role = model.agencies[agency].role if lane == "agency" and agency else lane
    team = casework.case.team if agency == model.leading_agency else None
    return Addressed(element.name, role, element.properties.get("also", "").split(), agency, team)
