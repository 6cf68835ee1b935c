"""What is given to somebody who asks for what is held of a child: a zip with a page and a table, made of that alone
which it was decided to give.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from engine.base.database import Database
from engine.commands.answering_subject_requests import record_subject_pack
from engine.export.markup import as_html, node
from engine.export.pack import Pack, zipped
from engine.export.pack_page import head
from engine.export.pack_tables import table
from engine.facts.models import in_force
from engine.facts.retention import rules
from engine.facts.sharing_forms import agency_names
from engine.facts.subject_requests import BLACK, BLACKED_OUT, GROUNDS, WITHHELD
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.who_may import must_hold
from engine.process.safe_xml import XmlElement
from engine.reads.case.answer_rows import moment
from engine.reads.case.subject_decisions import RequestAtWork, may_be_made, request_at_work
from engine.reads.case.subject_items import ItemSheet
from engine.tables import Authority

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
NO_RULE = "We have set no end yet. Ask us."
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
class AboutData:
    """`kept_for` are the rules of retention in words: the longest that applies to a case holds."""

    authority: str
    agencies: tuple[str, ...]
    kept_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenPack:
    """`withheld` says how often which of the grounds was used that may be told; `about`, of what stands beside the
    items by law (UK GDPR article 15(1)), what differs from one authority to the next.
    """

    number: str
    made_at: datetime
    items: tuple[GivenItem, ...]
    withheld: Mapping[str, int]
    about: AboutData


def make_subject_pack(database: Database, actor: Actor, now: datetime, request: str) -> Pack:
    """The pack, once its making is in the record. Made again it is the same file, as long as what is held is the same,
    and what `about_data` says; each making is an entry with the hash of its file.

    Raises NotAllowed, NotFound, NotPossible (`may_be_made`).
    """
    must_hold(actor, (PRIVACY_OFFICER,))
    with database.read() as connection:
        work, about = _ready(connection, actor, request), about_data(connection, actor)
    made = pack_of_given(given(work, about, work.row.made_at or now))
    record_subject_pack(database, actor, now, request, work.fingerprint, made.name, made.sha256)
    return made


def _ready(connection: Connection, actor: Actor, request: str) -> RequestAtWork:
    work = request_at_work(connection, actor, request)
    may_be_made(work)
    return work


def about_data(connection: Connection, actor: Actor) -> AboutData:
    """As it is now."""
    name = connection.scalars(select(Authority.name).where(Authority.id == actor.within)).one()
    agencies = agency_names(in_force(connection, actor.within)).values()
    return AboutData(name, (*agencies,), tuple(rule.whole for rule in rules(connection, actor.within)))


def given(work: RequestAtWork, about: AboutData, made_at: datetime) -> GivenPack:
    """Here, and nowhere later, what is withheld is left out, and words are blacked out."""
    items = (one for sheet in work.held.sheets for one in _given_of(work, sheet))
    used = Counter(GROUNDS[one.ground].told for one in work.decided.values() if one.decision == WITHHELD)
    withheld = {one.told: used[one.told] for one in GROUNDS.values() if one.told and used[one.told]}
    return GivenPack(work.row.id[:8], made_at, tuple(items), withheld, about)


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
        node("h2", "About what we hold"),
        node("dl", *_about(told.about)),
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


def _about(told: AboutData) -> Iterator[XmlElement]:
    """The purposes, kinds, recipients, time, source and use that the law asks to be said (UK GDPR article 15(1)(a) to
    (d), (g), (h)). It names kinds of recipients and sources: who in this case told or was told something may be what is
    withheld.
    """
    kept = f"{'; '.join(told.kept_for)}. Where several count, the longest does."
    said = {
        "Why we hold and use it": f"To keep children safe and well. The law gives this task to us, {told.authority} "
        "(Children Act 1989, sections 17 and 47).",
        "What kinds of information it is": "What somebody was worried about, what we found out, who saw whom and when, "
        "what was decided, by whom and why, plans, letters and notes. Some of it is about health, and some may be "
        "about crimes.",
        "Who may have seen it": "Those who have a part in keeping a child safe: "
        f"{', '.join(told.agencies)}. Also a court, or another authority where a child moves there. Each keeps its own "
        "records, and answers for them itself.",
        "Where it comes from": "From children and families, from whoever was worried, and from those named above.",
        "How long we keep it": kept if told.kept_for else NO_RULE,
        "What a computer decides": "People decide. The computer reminds them of days, and shows them what comes next.",
    }
    for name, words in said.items():
        yield node("dt", name)
        yield node("dd", words)


def _left_out(told: GivenPack) -> Iterator[XmlElement]:
    yield node("p", LEFT_OUT)
    if told.withheld:
        counted = (f"{number} {'answer' if number == 1 else 'answers'}: {why}" for why, number in told.withheld.items())
        yield node("ul", *(node("li", words) for words in counted))
