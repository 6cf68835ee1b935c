"""What a story calls the people of a case: each by a role that they acted in, the first, the second of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.facts.beginnings import ANYONE, starters
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.record.chain import RecordedEntry
from engine.rerun.chain_rerun import as_they_were

OF_AGENCY = "agency"
FLAG_OF_CHOICES = {"colleagues": "leads", "independent_chairs": "chairs"}


@dataclass(slots=True)
class RetoldPeople:
    """`roles` are those that each account of the authority has ever held."""

    model: Model
    roles: Mapping[str, Sequence[str]]
    _named: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def starter(self, first: RecordedEntry, process: str) -> str:
        """Empty where no story can say who did it."""
        named = starters(self.model, process)
        if self._is_nobody(first):
            return first.actor if first.actor in self.model.roles else ""
        return self._of(first, named - {ANYONE}) or (self._of(first, self.model.roles) if ANYONE in named else "")

    def doing(self, first: RecordedEntry, process: str, element: str, agency: str) -> str:
        """Empty where no story can say who did it."""
        task = self.model.drawings[process].elements.get(element)
        if task is None or self._is_nobody(first):
            return ""
        lane = self.model.agencies[agency].role if task.lane == OF_AGENCY and agency else task.lane or ""
        return self._of(first, [lane, *task.properties.get("also", "").split()])

    def of_any_role(self, first: RecordedEntry) -> str:
        """Where it is not asked by which role somebody did it. Empty as above."""
        roles = sorted(one.role for one in as_they_were(first, "").held)
        return "" if self._is_nobody(first) else self._of(first, roles)

    def chosen(self, account: str, source: str) -> str:
        """`source` is where the form takes its choices from. Empty for who is nobody of this authority."""
        flag = FLAG_OF_CHOICES.get(source.partition(" ")[0])
        wanted = self.model.roles_with(flag) if flag else self.model.roles.keys()
        held = [role for role in self.roles.get(account, ()) if role in wanted]
        return self._name(account, held[0]) if held else ""

    def _is_nobody(self, first: RecordedEntry) -> bool:
        role = self.model.roles.get(first.actor)
        return first.actor == SYSTEM.signature or (role is not None and not role.account)

    def _of(self, first: RecordedEntry, wanted: Iterable[str]) -> str:
        held = {one.role for one in as_they_were(first, "").held}
        role = next((one for one in wanted if one in held and one in self.model.roles), "")
        return self._name(first.actor, role) if role else ""

    def _name(self, account: str, role: str) -> str:
        if (account, role) not in self._named:
            number = 1 + sum(one == role for _, one in self._named)
            self._named[account, role] = role if number == 1 else f"{role}.{number}"
        return self._named[account, role]
