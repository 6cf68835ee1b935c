"""One draft: what is changed in it, what its checks say, who had a hand in it, and what may be done with it now."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from sqlalchemy import Connection, func, select

from engine.base.errors import BadModel
from engine.difference.between_models import differences_between, under_headings
from engine.difference.files_called import titles_of
from engine.difference.model_difference import ModelDifference
from engine.facts.change_files import (
    ChangedFiles,
    ChangeRow,
    authors_of,
    change_row,
    files_of_change,
    published_files,
)
from engine.facts.models import in_force, is_story, model, model_of
from engine.facts.stories_played import Played, played_before
from engine.importing.story_titles import is_readable, story_title
from engine.merging.both_changed import FileChanged, files_changed
from engine.merging.three_way import Sides
from engine.people.identity import PATHWAY_APPROVER, STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import Model, bundle_hash
from engine.reads.authority.people import names_of_accounts
from engine.reads.studio.brought_files import BroughtFile, brought_files
from engine.reads.studio.draft_files import here, problems_of
from engine.reads.studio.draft_rights import changes_all, may_save, may_save_words, settles
from engine.reads.studio.failure_words import failures_told
from engine.reads.studio.problems_in_words import ProblemShown, in_words
from engine.reads.studio.stories_trial import are_playing
from engine.reads.studio.trial_page import TriedOnCases, tried_on_cases
from engine.record.chain import authority_chain, newest_acts
from engine.tables import Approval, ChangeSave

MOST_SAVES = 30


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file that is otherwise than in the base. `title` is what people call it; `kind` says what stands in it."""

    path: str
    title: str
    kind: str
    how: str
    version: int
    saved_by: str
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedToLook:
    """What whoever gave the draft to a second person has them know."""

    by: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class JudgementShown:
    verdict: str
    by: str
    reason: str
    accepts_doubts: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveShown:
    """`path` is empty, and `title` says how many, where several files were saved in one act."""

    number: int
    path: str
    title: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """What is otherwise in one process, or in what belongs to none (`process` is empty then), in sentences."""

    process: str
    heading: str
    words: Sequence[str]
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class ChangePage:
    """`hash` is that of the files as they stand. `problems` are those of the linter and against what is in force,
    faults first. `both_changed`: files that the draft and what was published meanwhile changed both. `here` are the
    names of others who have it open, with the file. `stories` is None where they have not been played, which they may
    be now (`are_playing`), and says in words what came out otherwise; `unreadable` are the paths of changed stories
    that are not written as one; `tried` is None where it has not been tried on the recorded cases. `processes` are
    those that can be drawn, id and name.
    """

    row: ChangeRow
    owner: str
    hash: str
    is_on_top: bool
    both_changed: Sequence[FileChanged]
    files: Sequence[FileShown]
    problems: Sequence[ProblemShown]
    stories: Played | None
    stories_count: int
    unreadable: Sequence[str]
    are_playing: bool
    tried: TriedOnCases | None
    asked: AskedToLook | None
    judgements: Sequence[JudgementShown]
    saves: Sequence[SaveShown]
    here: Sequence[tuple[str, str]]
    may_save: bool
    may_save_words: bool
    may_submit: bool
    may_judge: bool
    may_publish: bool
    may_reopen: bool
    may_close: bool
    is_author: bool
    titles: Mapping[str, str]
    changed: Sequence[ChangedPart]
    processes: Sequence[tuple[str, str]]
    is_readable: bool
    brought: Sequence[BroughtFile]
    cases_shown: tuple[str, ...] = ()

    @property
    def faults(self) -> int:
        return sum(problem.level == "fault" for problem in self.problems)

    @property
    def problems_by_cause(self) -> list[tuple[ProblemShown, Sequence[ProblemShown]]]:
        return [(one, one.others) for one in self.problems]

    @property
    def doubts(self) -> int:
        return len(self.problems) - self.faults

    @property
    def may_not_yet(self) -> str:
        """Why what was approved cannot be put in force as it stands, so that nobody has to try it to learn so."""
        if not self.is_on_top:
            return "Something else was put in force meanwhile. Open it again, to take that over first."
        if self.stories is None and self.are_playing:
            return "Its stories are being played, which takes some minutes."
        if self.stories_count and self.stories is None:
            return "Its stories have to be played first."
        return "Its stories have to come out right first." if self.stories and self.stories.failed else ""


def change_page(connection: Connection, actor: Actor, now: datetime, change: str) -> ChangePage:
    """Raises NotAllowed for whoever neither changes the pathway nor approves that, and NotFound."""
    must_hold(actor, STUDIO)
    files = files_of_change(connection, actor.within, row := change_row(connection, actor.within, change))
    saves, judgements, authors = _saves(connection, row), _judgements(connection, row), authors_of(connection, row)
    named = names_of_accounts(connection, {*authors, *(one.by for one in (*saves, *judgements))})
    newest, approves = in_force(connection, actor.within), PATHWAY_APPROVER in actor.roles
    base, draft = model(connection, row.base_hash), _readable(files)
    titles = _titles(base, draft, files, played := played_before(connection, files.models, files.stories))
    return ChangePage(
        row=row,
        owner=named.get(row.owner_id, ""),
        hash=files.hash,
        is_on_top=newest.hash == row.base_hash,
        both_changed=_both_changed(connection, actor.within, row, files, Sides(base, draft, newest)),
        files=[_shown(files, path, titles[path], named) for path in files.changed],
        problems=in_words(problems_of(connection, actor.within, files), draft, titles),
        stories=played and played._replace(failed=failures_told(played.failed, draft)),
        stories_count=len(files.stories),
        unreadable=[path for path in files.changed if path in files.stories and not is_readable(files.stories[path])],
        are_playing=are_playing(connection, now, row),
        tried=tried_on_cases(connection, now, row.id, bundle_hash(files.models)),
        asked=_asked(connection, actor.within, row),
        judgements=[replace(one, by=named.get(one.by, "")) for one in judgements],
        saves=[_save_shown(one, titles, named) for one in saves],
        here=here(connection, actor, now, row),
        may_save=may_save(actor, row),
        may_save_words=may_save_words(actor, row),
        may_submit=may_save_words(actor, row) and bool(files.changed),
        may_judge=approves and row.state == "in_review" and actor.account not in authors,
        may_publish=(changes_all(actor) or approves) and row.state == "approved",
        may_reopen=(settles(actor, row) or approves) and row.state in ("in_review", "approved"),
        may_close=settles(actor, row) and row.state not in ("published", "dropped"),
        is_author=actor.account in authors,
        titles=titles,
        changed=changed_parts(base, draft) if draft else (),
        processes=sorted(((one.process, one.name) for one in (draft or base).drawings.values()), key=itemgetter(1)),
        is_readable=draft is not None,
        brought=brought_files(connection, actor.within, row.id),
    )


def _titles(base: Model, draft: Model | None, files: ChangedFiles, played: Played | None) -> dict[str, str]:
    """Of stories those that are changed, or did not come out right, say what they are called."""
    found = titles_of([one for one in (base, draft) if one], files.now.keys() | files.base.keys())
    named = {*files.changed, *(played.failed if played else ())}
    told = {path: files.now.get(path) or files.base.get(path) or b"" for path in named if is_story(path)}
    return {**found, **{path: story_title(content, path) for path, content in told.items()}}


def _both_changed(
    connection: Connection, authority: str, row: ChangeRow, files: ChangedFiles, models: Sides[Model | None]
) -> Sequence[FileChanged]:
    """Of a draft that is worked on and has to take over what was put in force meanwhile."""
    newest = models.theirs
    if newest is None or newest.hash == row.base_hash or row.state != "open":
        return ()
    return files_changed(Sides(files.base, files.now, published_files(connection, authority, newest.hash)), models)


def changed_parts(base: Model, draft: Model) -> tuple[ChangedPart, ...]:
    """Process by process in the order of the draft, then what is about the whole."""
    parts = under_headings(differences_between(base, draft), base, draft)
    return tuple(_part(heading, those) for heading, those in parts.items())


def _part(heading: str, those: Sequence[ModelDifference]) -> ChangedPart:
    process = those[0].process
    is_drawn = bool(process) and any(one.marks for one in those)
    return ChangedPart(process, heading, [one.words for one in those], is_drawn)


def _readable(files: ChangedFiles) -> Model | None:
    """None where the draft cannot be read as a whole, which its checks say."""
    with suppress(BadModel):
        return model_of(files.models)
    return None


KINDS = {"bpmn": "Drawing", "json": "Questions", "csv": "Table", "toml": "Table", "dmn": "Decision table"}


def _shown(files: ChangedFiles, path: str, title: str, named: Mapping[str, str]) -> FileShown:
    how = "Added" if path not in files.base else "Taken out" if path not in files.now else "Changed"
    saved = files.saved[path]
    kind = "Story" if is_story(path) else KINDS.get(path.rpartition(".")[2], "File")
    return FileShown(path, title, kind, how, saved.version, named.get(saved.saved_by or "", ""), saved.saved_at)


def _save_shown(one: SaveShown, titles: Mapping[str, str], named: Mapping[str, str]) -> SaveShown:
    return replace(one, title=one.title or titles.get(one.path, one.path), by=named.get(one.by, ""))


def _asked(connection: Connection, authority: str, row: ChangeRow) -> AskedToLook | None:
    """As the record has it; None of a draft that was never given to a second person, or is open again."""
    if row.state == "open":
        return None
    for act in newest_acts(connection, authority_chain(authority), "change_submitted"):
        for entry in act:
            said = entry.payload or {}
            if said.get("change") == row.id:
                by = names_of_accounts(connection, [entry.actor]).get(entry.actor, "")
                return AskedToLook(by, said["reason"], entry.at)
    return None


def _judgements(connection: Connection, row: ChangeRow) -> Sequence[JudgementShown]:
    rows = connection.execute(
        select(Approval.verdict, Approval.account_id, Approval.reason, Approval.accepts_doubts, Approval.at)
        .where(Approval.change_id == row.id)
        .order_by(Approval.number.desc())
    )
    return [JudgementShown(one.verdict, one.account_id, one.reason, one.accepts_doubts, one.at) for one in rows]


def _saves(connection: Connection, row: ChangeRow) -> Sequence[SaveShown]:
    """The newest; the title of a file is filled in by the page."""
    act = func.coalesce(ChangeSave.act, ChangeSave.number)
    one = func.min(ChangeSave.saved_by).label("saved_by"), func.min(ChangeSave.saved_at).label("saved_at")
    rows = connection.execute(
        select(act.label("number"), func.min(ChangeSave.path).label("path"), func.count().label("files"), *one)
        .where(ChangeSave.change_id == row.id)
        .group_by(act)
        .order_by(act.desc())
        .limit(MOST_SAVES)
    )
    return [
        SaveShown(each.number, "", f"{each.files} files at once", each.saved_by, each.saved_at)
        if each.files > 1
        else SaveShown(each.number, each.path, "", each.saved_by, each.saved_at)
        for each in rows
    ]
