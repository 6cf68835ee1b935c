"""Plays a story and reads all that the product says of its cases: every page of them, and their packs."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import html

from engine.base.database import Database
from engine.base.settings import Settings
from engine.export.pack import pack_of
from engine.export.stored import read_case
from engine.scenario.databases import Fresh
from engine.scenario.player import Player
from engine.scenario.stage import StoryWorld, stage_on
from engine.scenario.story import read
from tests.builders import ROOT
from tests.databases import not_to_the_disk
from tests.truth.blocks import blocks
from tests.truth.rows import Rows, written
from tests.truth.sayings import Reading, said_above
from tests.webapp.visitor import Visitor
from webapp import create_app

MANAGER, WORKER, AUDITOR, PARTNER = "team_manager", "social_worker", "auditor", "health_practitioner"
# Of tasks that are closed a few, of either kind.
ITEMS = (
    "SELECT id FROM (SELECT id, closed_at, row_number() OVER (PARTITION BY closed_how, closed_by IS NULL ORDER BY "
    "closed_at DESC) AS place FROM work_item WHERE case_id = :case AND (:role IS NULL OR role = :role OR EXISTS "
    "(SELECT 1 FROM json_each(also) WHERE value = :role))) WHERE closed_at IS NULL OR place <= 1 + :most"
)
# Of the page of a case each list is read whole by one of them.
LISTS = {MANAGER: ("happened",), WORKER: ("running", "finished", "answered"), AUDITOR: ("clocks", "ended", "related")}
MOST = 1
STEPS = 7
"""Every so many steps one is opened by itself."""
parse = getattr(html, "document_fromstring")  # noqa: B009  the stubs of lxml know a part of what it takes


Told = Iterator[tuple[Iterator[Reading], Rows]]
"""What is said at one moment of a story, with the rows of that moment."""


def told_by(fresh: Fresh, file: Path, var: Path, when: Iterable[str] = ("half-way", "at its end")) -> Told:
    story, database = read(file), not_to_the_disk(fresh())
    stage = stage_on(database, story.steps[0].at)
    player = Player(stage, story)
    moments = {"half-way": len(story.steps) // 2, "at its end": len(story.steps)}
    stops = {moments[one] for one in when}
    for number, step in enumerate(story.steps[: max(stops)], 1):
        player.play(step)
        assert not player.stopped, player.result.failures
        if number in stops:
            yield from told_now(stage, var)


def told_now(stage: StoryWorld, var: Path) -> Told:
    rows = Rows(Path(str(stage.database.url.database)))
    try:
        yield readings(stage, var, rows), rows
    finally:
        rows.close()


def readings(stage: StoryWorld, var: Path, rows: Rows) -> Iterator[Reading]:
    cases = [row["id"] for row in rows.all('SELECT id FROM "case" ORDER BY opened_at, id')]
    for case in cases:
        yield from pack(stage.database, stage.now, case, redacted=False)
        yield from pack(stage.database, stage.now, case, redacted=True)
    signed_in = visitors(stage, var)
    for role in (WORKER, MANAGER, AUDITOR, PARTNER):
        reader, visitor = signed_in(role)
        known = {"reader": reader}
        yield from _lists(visitor, role, stage.now, known)
        for case in cases if role != PARTNER else _known_to_partner(rows, cases, reader, stage.now):
            yield from _of_case(visitor, role, case, stage.now, rows, known)


def visitors(stage: StoryWorld, var: Path) -> Callable[[str], tuple[str, Visitor]]:
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(var), "THROUGHLINE_MODELS": str(ROOT)})
    app = create_app(settings, stage.database, now=lambda: stage.now, demo=True)

    def signed_in(role: str) -> tuple[str, Visitor]:
        visitor, reader = Visitor(app.test_client()), stage.cast.account(role, stage.now)
        visitor.sign_in(reader)
        return reader, visitor

    return signed_in


def _known_to_partner(rows: Rows, cases: list[str], reader: str, now: datetime) -> list[str]:
    return [
        one
        for one in cases
        if rows.all(
            "SELECT 1 FROM part p JOIN partner r ON r.id = :reader AND r.organisation = p.organisation_id "
            "WHERE p.case_id = :case AND (p.held_until IS NULL OR p.held_until > :now)",
            case=one,
            reader=reader,
            now=written(now),
        )
    ]


def _lists(visitor: Visitor, role: str, now: datetime, known: dict[str, Any]) -> Iterator[Reading]:
    pages = {"tasks": "/tasks"} if role != AUDITOR else {}
    pages |= {"cases": "/cases"} if role in (MANAGER, PARTNER) else {}
    pages |= {"team": "/team"} if role == MANAGER else {}
    for name, path in pages.items():
        yield from page(visitor, name, path, now, known)


def _of_case(
    visitor: Visitor, role: str, case: str, now: datetime, rows: Rows, known: dict[str, Any]
) -> Iterator[Reading]:
    given = {**known, "case": case}
    done = _just_done(rows, case)
    path = f"/cases/{case}?done={done}" if role == WORKER else f"/cases/{case}"
    _main(visitor, path)
    rows.keep_up()
    yield from page(visitor, "case", path, now, {**given, "done": done}, LISTS.get(role, ()))
    if role == AUDITOR:
        yield from _of_auditor(visitor, case, now, rows, given)
    if role in (WORKER, PARTNER):
        for row in rows.all(ITEMS, case=case, most=MOST, role=role if role == PARTNER else None):
            yield from page(visitor, "task", f"/tasks/{row['id']}", now, {**given, "item": row["id"]})


def _just_done(rows: Rows, case: str) -> str:
    """The task that was closed last."""
    closed = (
        "SELECT id FROM work_item WHERE case_id = :case AND closed_at IS NOT NULL ORDER BY closed_at DESC, id LIMIT 1"
    )
    return next((row["id"] for row in rows.all(closed, case=case)), "")


def _of_auditor(visitor: Visitor, case: str, now: datetime, rows: Rows, given: dict[str, Any]) -> Iterator[Reading]:
    count = rows.all("SELECT count(*) AS entries FROM whole_entry WHERE case_id = :case", case=case)[0]["entries"]
    for part in range(1, -(-count // 100) + 1):
        yield from page(visitor, "replay", f"/cases/{case}/replay?about=all&page={part}", now, given, ("processes",))
    for number in range(1, count + 1, max(STEPS, count // STEPS)):
        yield from page(visitor, "step", f"/cases/{case}/replay/{number}", now, {**given, "step": number}, ("forms",))
    rows.look_again()
    yield from page(visitor, "guidance", f"/cases/{case}/guidance", now, given, ("late", "others"))
    rows.look_again()
    yield from page(visitor, "looks", f"/cases/{case}/looks?lists=1", now, given)


def page(
    visitor: Visitor, name: str, path: str, now: datetime, given: dict[str, Any], lists: Iterable[str] = ()
) -> Iterator[Reading]:
    """With all pages of those of its lists of which it shows a part."""
    main = _main(visitor, path)
    yield from said(name, main, now, given)
    for one in lists:
        leads = main.xpath(f".//a[contains(@href, 'list={one}')]/@href")
        while leads:
            shown = _main(visitor, leads[0])
            yield from said(name, shown, now, given)
            leads = shown.xpath(".//a[@rel='next']/@href")


def _main(visitor: Visitor, path: str) -> Any:
    response = visitor.client.get(path)
    assert response.status_code in (200, 403, 409), f"{response.status_code} for {path}"
    return parse(response.get_data(as_text=True)).xpath("//main")[0]


def said(name: str, main: Any, now: datetime, given: dict[str, Any]) -> Iterator[Reading]:
    """By the main part of a page."""
    for block in blocks(main):
        under = block.within[-1] if block.within else ""
        above = said_above(block.row, now)
        is_act = "row_by" in above and (above["row_by"] or name == "case")
        page = f"act-of-{name}" if is_act or block.row.startswith(("step ", "this step")) else name
        yield Reading(page, block.text, now, {**given, "under": under, **above})


def pack(database: Database, now: datetime, case: str, *, redacted: bool) -> Iterator[Reading]:
    with database.read() as connection:
        stored = read_case(connection, case)
    content = pack_of(stored, now, {}, redacted=redacted).content
    given = {"case": case, "redacted": redacted}
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        yield from said("pack", parse(files.read("index.html").decode()).xpath("//main")[0], now, given)
        for name in ("steps.csv", "clocks.csv", "duties.csv"):
            lines = csv.DictReader(io.StringIO(files.read(name).decode("utf-8-sig")))
            yield from (Reading(name, _line(name, line), now, given) for line in lines)


def _line(name: str, line: dict[str, str]) -> str:
    if name == "steps.csv":
        return f"{line['entry']} | {line['kind']} | {line['what_happened']}"
    if name == "clocks.csv":
        return f"{line['clock']} | {line['number']} | {line['state'].capitalize()}{_over(line['days_over'])}"
    return f"{line['duty']} | {line['state'].capitalize()}{', and late' if line['late'] == 'yes' else ''}"


def _over(days: str) -> str:
    return f" by {days} day{'' if days == '1' else 's'}" if days not in ("", "0") else ""
