"""What is given to somebody who asks for what is held of a child: a zip with a page and a table, made of that alone
which it was decided to give.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from engine.base.database import Database
from engine.commands.answering_subject_requests import record_subject_pack
from engine.export.markup import as_html, node
from engine.export.pack import Pack, zipped
from engine.export.pack_page import head
from engine.export.pack_tables import table
from engine.facts.subject_requests import BLACK, BLACKED_OUT, GROUNDS, WITHHELD
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.who_may import must_hold
from engine.process.safe_xml import XmlElement
from engine.reads.case.answer_rows import moment
from engine.reads.case.subject_decisions import RequestAtWork, may_be_made, request_at_work
from engine.reads.case.subject_items import ItemSheet

TABLE = ("case", "written", "where", "question", "answer", "words_blacked_out")
TITLE = "What we hold about you"
INTRODUCTION = (
    "You asked for what children’s social care holds about you, or somebody asked for you. This is what we can give "
    f"you, oldest first. Where you see {BLACK}, words were blacked out: at the end it says why we may do "
    "that."
)
LEFT_OUT = (
    "The law lets us leave some things out, and in some cases we must. We do not always say what or why, where saying "
    "so would tell what it is. That this sentence stands here does not mean that something was left out."
)
RIGHTS = (
    "If something here is wrong, tell us: we keep what you say beside it, and put right what is wrong.",
    "You can also ask us to stop using something, or to erase it. We then look at whether the law lets us.",
    "If you do not agree with what we have done, tell us. You can also go to a court.",
    "You can complain to the Information Commissioner: www.ico.org.uk, telephone 0303 123 1113.",
)


@dataclass(frozen=True, slots=True)
class GivenItem:
    """Nothing of a pack is made from anything else."""

    case: str
    sheet: str
    at: datetime
    where: str
    question: str
    words: str
    is_blacked_out: bool


@dataclass(frozen=True, slots=True)
class GivenPack:
    """`withheld` says how often which of the grounds was used that may be told."""

    number: str
    made_at: datetime
    items: tuple[GivenItem, ...]
    withheld: Mapping[str, int]


def make_subject_pack(database: Database, actor: Actor, now: datetime, request: str) -> Pack:
    """The pack, once its making is in the record. Made again it is the same file, as long as what is held is the same.

    Raises NotAllowed, NotFound, NotPossible (`may_be_made`).
    """
    must_hold(actor, (PRIVACY_OFFICER,))
    with database.read() as connection:
        work = _ready(connection, actor, request)
    made = pack_of_given(given(work, work.row.made_at or now))
    record_subject_pack(database, actor, now, request, work.fingerprint, made.name, made.sha256)
    return made


def _ready(connection: Connection, actor: Actor, request: str) -> RequestAtWork:
    work = request_at_work(connection, actor, request)
    may_be_made(work)
    return work


def given(work: RequestAtWork, made_at: datetime) -> GivenPack:
    """Here, and nowhere later, what is withheld is left out, and words are blacked out."""
    items = (one for sheet in work.held.sheets for one in _given_of(work, sheet))
    used = Counter(GROUNDS[one.ground].told for one in work.decided.values() if one.decision == WITHHELD)
    withheld = {one.told: used[one.told] for one in GROUNDS.values() if one.told and used[one.told]}
    return GivenPack(work.row.id[:8], made_at, tuple(items), withheld)


def _given_of(work: RequestAtWork, sheet: ItemSheet) -> Iterator[GivenItem]:
    """Rows of a list are numbered among those of which something is given: no number tells of another."""
    leaves = [one for one in sheet.items if one.id in work.decided and work.decided[one.id].decision != WITHHELD]
    rows = defaultdict[str, list[str]](list)
    for row in dict.fromkeys(one.row for one in leaves if one.row):
        rows[_list_of(row)].append(row)
    for item in leaves:
        decided, beside = work.decided[item.id], rows.get(_list_of(item.row), [])
        is_black = decided.decision == BLACKED_OUT
        words = item.without(decided.hidden) if is_black else item.words
        question = f"{item.question} (number {beside.index(item.row) + 1})" if len(beside) > 1 else item.question
        yield GivenItem(sheet.reference, sheet.id, sheet.at, sheet.title, question, words, is_blacked_out=is_black)


def _list_of(row: str) -> str:
    return row.partition(".")[0]


def pack_of_given(told: GivenPack) -> Pack:
    rows = (
        (one.case, moment(one.at), one.where, one.question, one.words, "yes" if one.is_blacked_out else "")
        for one in told.items
    )
    files = {"index.html": _page(told), "answers.csv": table(TABLE, rows)}
    name = f"subject-access-{told.number}-{told.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    return Pack(name, zipped(files, told.made_at))


def _page(told: GivenPack) -> bytes:
    main = node(
        "main",
        node("h1", TITLE),
        node("p", INTRODUCTION),
        node("p", f"Made {moment(told.made_at)}. Number of your request: {told.number}."),
        *_sheets(told),
        node("h2", "What was left out"),
        *_left_out(told),
        node("h2", "What you can do"),
        node("ul", *(node("li", one) for one in RIGHTS)),
        id="main",
    )
    skip = node("a", "Skip to what we hold", class_="skip", href="#main")
    return as_html(
        node("html", head(TITLE), node("body", skip, node("header", "Children’s social care"), main), lang="en-GB")
    )


def _sheets(told: GivenPack) -> Iterator[XmlElement]:
    """A heading for each form or letter of which something is given, and for no other."""
    if not told.items:
        yield node("p", "There is nothing that we can give you.")
    before = ""
    for one in told.items:
        if one.sheet != before:
            before = one.sheet
            yield node("h2", one.where)
            in_case = f", case {one.case}" if one.case else ""
            yield node("p", f"{moment(one.at)}{in_case}", class_="hint")
        yield node("h3", one.question)
        yield node("p", node("bdi", one.words), class_="typed")


def _left_out(told: GivenPack) -> Iterator[XmlElement]:
    yield node("p", LEFT_OUT)
    if told.withheld:
        counted = (f"{number} {'answer' if number == 1 else 'answers'}: {why}" for why, number in told.withheld.items())
        yield node("ul", *(node("li", words) for words in counted))
