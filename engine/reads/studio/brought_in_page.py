"""Models from elsewhere before and after a draft is made of them: what was kept and changed, what stands in the way,
what is left to decide, and what somebody may say of a foreign drawing first.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from engine.base.errors import BadModel
from engine.difference.files_called import titles_of
from engine.facts.change_files import ChangeRow, change_row
from engine.facts.models import in_force, model_of
from engine.forms.checks import KNOWN_CHECKS
from engine.importing.import_report import BroughtProcess, Chosen, Remark, gathered
from engine.lint.linted import linted
from engine.people.identity import PROCESS_OWNER, STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import ANY_AGENCY, Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.studio.brought_files import BroughtFile, brought_files
from engine.reads.studio.brought_in import BroughtInRow, WhatComes, brought_in_row, what_comes_of
from engine.reads.studio.change_page import ChangedPart, changed_parts
from engine.reads.studio.problems_in_words import ProblemShown, in_words

Said = Mapping[str, Sequence[str]]
"""What is said, with the elements of which it holds."""


@dataclass(frozen=True, slots=True)
class BringInPage:
    """`into` is the draft into which a file is to be put, None where one is to be made of it."""

    into: ChangeRow | None
    waiting: Sequence[BroughtFile]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BroughtInPage:
    """`is_made`: a draft was made of it, and `row` says which; what was said of it then is shown. Else `standing` goes
    with what is asked of it, `problems` are left to decide, faults first, and `places` and `roles` can be chosen for
    `processes`.
    """

    row: BroughtInRow
    by: str
    into: ChangeRow | None
    is_made: bool
    kept: Said
    changed: Said
    refused: Said
    standing: str = ""
    differences: Sequence[ChangedPart] = ()
    problems: Sequence[ProblemShown] = ()
    processes: Sequence[BroughtProcess] = ()
    places: Mapping[str, str] = field(default_factory=dict[str, str])
    roles: Mapping[str, str] = field(default_factory=dict[str, str])
    may_make: bool = False
    cases_shown: tuple[str, ...] = ()

    @property
    def problems_by_cause(self) -> list[tuple[ProblemShown, Sequence[ProblemShown]]]:
        return [(one, one.others) for one in self.problems]


def bring_in_page(connection: Connection, actor: Actor, _now: datetime, change: str | None = None) -> BringInPage:
    """Raises NotAllowed, and NotFound where there is no such draft."""
    must_hold(actor, [PROCESS_OWNER])
    into = change_row(connection, actor.within, change) if change else None
    return BringInPage(into, [one for one in brought_files(connection, actor.within, change) if not one.is_made])


def brought_in_page(
    connection: Connection, actor: Actor, _now: datetime, brought: str, chosen: Chosen
) -> BroughtInPage:
    """Raises NotAllowed, NotFound, and BadModel where the file can no more be read over what is there."""
    must_hold(actor, STUDIO)
    row = brought_in_row(connection, actor.within, brought)
    by = names_of_accounts(connection, [row.brought_by]).get(row.brought_by, "")
    into = change_row(connection, actor.within, row.change_id) if row.change_id else None
    if row.packed is None:
        kept, changed, refused = (_as_it_was_said(row, kind) for kind in ("kept", "changed", "refused"))
        return BroughtInPage(row, by, into, is_made=True, kept=kept, changed=changed, refused=refused)
    comes = what_comes_of(connection, actor.within, row, chosen)
    brought_in = comes.imported
    here = in_force(connection, actor.within)
    return BroughtInPage(
        row=row,
        by=by,
        into=into,
        is_made=False,
        kept=gathered(brought_in.kept),
        changed=gathered(brought_in.changed),
        refused=gathered(brought_in.refused),
        standing=comes.standing,
        differences=_differences(comes),
        problems=() if brought_in.refused else _problems(brought_in.files),
        processes=brought_in.processes,
        places={one.process: one.name for one in sorted(here.drawings.values(), key=lambda one: one.name)},
        roles={**{role.id: role.name for role in here.roles.values()}, ANY_AGENCY[0]: "Whichever agency it is for"},
        may_make=PROCESS_OWNER in actor.roles and not brought_in.refused and (into is None or into.state == "open"),
    )


def _problems(files: Mapping[str, bytes]) -> Sequence[ProblemShown]:
    """Faults first."""
    found = sorted(linted(files, KNOWN_CHECKS), key=lambda problem: problem.level != "fault")
    draft = _read(files)
    return in_words(found, draft, titles_of([draft] if draft else [], files))


def _as_it_was_said(row: BroughtInRow, kind: str) -> Said:
    return gathered(Remark(**one) for one in (row.report or {}).get(kind, ()))


def _differences(comes: WhatComes) -> Sequence[ChangedPart]:
    """In words, where both can be read as a whole."""
    before, now = _read(comes.models_before), _read(comes.imported.files)
    return changed_parts(before, now) if before and now else ()


def _read(files: Mapping[str, bytes]) -> Model | None:
    with suppress(BadModel):
        return model_of(files)
    return None
