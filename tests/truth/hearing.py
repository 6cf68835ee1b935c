"""Whoever reads pages and packs beside stories, where a test brings a case to what no story tells."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.builders import Authority, account
from tests.truth.reading import pack, page, said
from tests.truth.rows import Rows
from tests.truth.sayings import Reading, untrue
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor


class Hearing:
    """`heard` counts the kinds of sentences that were true, `untrue` are those of which no row made them so."""

    def __init__(self, world: Authority, as_a: Callable[..., Visitor], clock: Clock) -> None:
        self.world, self.clock = world, clock
        self._as_a, self._signed_in = as_a, dict[tuple[str, int, datetime], Visitor]()
        self.heard: Counter[str] = Counter()
        self.untrue: list[str] = []
        self._rows: Rows | None = None

    def at(self, role: str, number: int = 1) -> Visitor:
        """Signed in at this moment."""
        key = (role, number, self.clock.now)
        if key not in self._signed_in:
            self._signed_in[key] = self._as_a(role, number)
        return self._signed_in[key]

    def read(self, who: str, name: str, path: str, **given: Any) -> None:
        """`who` is a role, with the number of the person where it is not the first of it."""
        role, _, number = who.partition(".")
        visitor, reader = self.at(role, int(number or 1)), account(role=role, number=int(number or 1))
        self._hold(page(visitor, name, path, self.clock.now, {"reader": reader, **given}))

    def read_back(self, *cases: str, steps: Iterable[int] = ()) -> None:
        """What auditors read of them, and their packs, before that is a look."""
        for case in cases:
            self._hold(pack(self.world.database, self.clock.now, case, redacted=False))
        for case in cases:
            self.read("auditor", "case", f"/cases/{case}", case=case)
            self.read("auditor", "replay", f"/cases/{case}/replay?about=all", case=case)
            self.read("auditor", "guidance", f"/cases/{case}/guidance", case=case)
            for number in steps:
                self.read("auditor", "step", f"/cases/{case}/replay/{number}", case=case, step=number)

    def hear(self, who: str, name: str, shown: Page) -> None:
        """A page that came after something was sent."""
        given = {"reader": account(role=who, number=1)}
        self._hold(said(name, shown.tree.xpath("//main")[0], self.clock.now, given))

    def _hold(self, read: Iterable[Reading]) -> None:
        self._rows = self._rows or Rows(Path(str(self.world.database.url.database)))
        self._rows.look_again()
        self.untrue += untrue(read, self._rows, self.heard)

    def go_on(self) -> None:
        """Something was done, or is read no more: the rows are others from here on."""
        if self._rows:
            self._rows.close()
        self._rows = None
