"""One form of a draft as its editor reads it: what stands in the file, and whether it can be changed by questions."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.base.errors import BadModel, NotFound, Problem
from engine.facts.change_files import ChangedFiles, ChangeRow, change_row, files_of_change
from engine.facts.models import drawn_model_of, model
from engine.lint import form_language, form_rules
from engine.lint.form_file import read_form
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import Model
from engine.reads.studio.draft_rights import may_save, may_save_words


@dataclass(frozen=True, slots=True)
class FormOfChange:
    """`form` is None where the file cannot be changed by questions: `unreadable` says where and why.

    `model` is that of the draft; of what it was made from, while the draft cannot be read as a whole. `of_words_alone`:
    whoever reads it changes words and nothing else.
    """

    row: ChangeRow
    process: str
    task: str
    content: bytes
    version: int
    form: dict[str, Any] | None
    unreadable: Sequence[Problem]
    files: ChangedFiles
    model: Model
    may_save: bool
    may_save_words: bool
    of_words_alone: bool
    cases_shown: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return path_of(self.process, self.task)

    @property
    def title(self) -> str:
        return (self.form or {}).get("title", "") or self.task

    @property
    def process_name(self) -> str:
        drawing = self.model.drawings.get(self.process)
        return drawing.name if drawing else self.process


def path_of(process: str, task: str) -> str:
    return f"forms/{process}/{task}.json"


def form_of_change(
    connection: Connection, actor: Actor, _now: datetime, change: str, process: str, task: str
) -> FormOfChange:
    """Raises NotAllowed for whoever has no part in the studio; NotFound where there is no such draft, or form in it."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    files, path = files_of_change(connection, actor.within, row), path_of(process, task)
    content = files.now.get(path)
    if content is None:
        raise NotFound
    form, unreadable = read_for_editor(content, process, task)
    return FormOfChange(
        row=row,
        process=process,
        task=task,
        content=content,
        version=files.saved[path].version if path in files.saved else 0,
        form=form,
        unreadable=unreadable,
        files=files,
        model=model_of_change(connection, row, files),
        may_save=may_save(actor, row),
        may_save_words=may_save_words(actor, row),
        of_words_alone=actor.writes_words_alone,
    )


def model_of_change(connection: Connection, row: ChangeRow, files: ChangedFiles) -> Model:
    """Of the draft, as it is drawn; of what it was made from, while a file cannot be read, which its checks say."""
    with suppress(BadModel):
        return drawn_model_of(files.models)
    return model(connection, row.base_hash)


def problems_by_itself(at: FormOfChange) -> Sequence[Problem]:
    """What the linter finds wrong in the form, whatever else stands in the draft."""
    return tuple(form_rules.check_by_itself(read_form(at.content, at.process, at.task, at.path)))


def read_for_editor(content: bytes, process: str, task: str) -> tuple[dict[str, Any] | None, Sequence[Problem]]:
    """None with what is in the way, where it is no form that can be changed by questions."""
    try:
        form = read_form(content, process, task, path_of(process, task))
    except BadModel as bad:
        return None, bad.problems
    found = tuple(form_language.check(form))
    return (None, found) if found else (form.schema, ())
