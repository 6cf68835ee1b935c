"""What is given to whoever asks for what is held of a child: nothing unasked, and nobody else in it."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotFound, NotPossible
from engine.commands.answering_subject_requests import (
    close_subject_request,
    decide_subject_items,
    extend_subject_request,
)
from engine.commands.drafts import save_draft
from engine.export.subject_pack import make_subject_pack
from engine.facts.subject_requests import due_on, request_row
from engine.people.identity import PUBLIC, Actor
from engine.reads.audit.who_could_see import BY_REQUEST, CouldSee, everybody_who_could_see
from engine.reads.case.subject_decisions import RequestAtWork, request_at_work
from engine.reads.case.subject_items import FROM_OUTSIDE, SubjectItem
from engine.record.chain import authority_chain, lines
from engine.tables import Answers, Case
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, do, open_items, refer, reference
from tests.engine.commands.calls_of_keeping import bars, restricts
from tests.engine.commands.calls_of_subject import asks_what_is_held, decides_items
from tests.engine.export.packs import opened

FOSTER = "14 Zqfoster Lane, Zqtown"
OTHERS = ("Zqbrother", "Zqmother", "Zqneighbour", "Zqfoster", "Zqtown", "0190000", "Zqschool")
SAID = f"Zqneighbour saw Ruby at {FOSTER}. Ruby was cold, and zqbrother cried."


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def officer(world: Authority, number: int = 1) -> Actor:
    return world.actor("privacy_officer", number=number)


def referred(world: Authority) -> str:
    """By a neighbour, with a brother and a secret address: Ruby’s case."""
    ruby = child(given_name="Ruby", address=FOSTER, address_withheld="yes")
    brother = child(given_name="Zqbrother", school="Zqschool")
    started = refer(
        authority=world,
        sender=PUBLIC.at(world.id),
        children=[ruby, brother],
        source="public",
        concerns=SAID,
        household=[{"name": "Anna Zqmother", "relationship": "mother"}],
        referrer_name="Zqneighbour",
        reply_by="telephone",
        referrer_telephone="0190000",
    )
    return started.cases[0]


def at_work(world: Authority, request: str, number: int = 1) -> RequestAtWork:
    with world.database.read() as connection:
        return request_at_work(connection, officer(world, number), request)


def with_care(item: SubjectItem) -> dict[str, str]:
    """What has others in it is withheld where it is theirs alone, and blacked out where it tells of the child."""
    if item.names and "cold" in item.words:
        return {"decision": "blacked_out", "hidden": "\n".join(item.names)}
    if item.looks == (FROM_OUTSIDE,) and item.words in ("Yes", "No"):
        return {"decision": "given", "basis": "reasonable"}
    if item.has_others:
        return {"decision": "withheld", "ground": "third_party"}
    return {"decision": "given"}


def test_nobody_else_leaves_in_a_pack(world: Authority) -> None:
    case = referred(world)
    request = asks_what_is_held(world, case)
    decides_items(world, request, with_care)
    made = opened(make_subject_pack(world.database, officer(world), MONDAY, request))
    everything = "".join(made.text(path) for path in made.files)
    assert [one for one in OTHERS if one.casefold() in everything.casefold()] == []
    assert "Ruby was cold, and █████ cried." in everything
    assert (sorted(made.files), "Ruby" in made.name) == (["answers.csv", "index.html"], False)
    assert "<script" not in everything
    # Planted: where the words are given as they stand, they are found.
    with pytest.raises(BadAnswers):
        decides_items(world, asks_what_is_held(world, case), lambda _item: {"decision": "given"})
    anyway = asks_what_is_held(world, case)
    decides_items(
        world, anyway, lambda item: {"decision": "given", "basis": "agreed"} if item.has_others else with_care(item)
    )
    whole = opened(make_subject_pack(world.database, officer(world), MONDAY, anyway))
    words = whole.text("answers.csv").casefold()
    assert [one for one in OTHERS if one.casefold() not in words] == ["Zqschool"]  # it is the brother’s case alone


def test_what_the_pack_says_is_held(world: Authority) -> None:
    case = referred(world)
    request = asks_what_is_held(world, case)
    decides_items(world, request, with_care)
    made = opened(make_subject_pack(world.database, officer(world), MONDAY, request))
    where = f"{reference(authority=world, case=case)},2 March 2026 at 10:00,Refer a child,"
    assert made.text("answers.csv").splitlines() == [
        "case,written,where,question,answer,words_blacked_out",
        f"{where}Is a child in danger right now?,No,",
        f"{where}Must the address be kept secret?,Yes,",
        f'{where}What are you worried about?,"█████ saw Ruby at █████. Ruby was cold, and █████ cried.",yes',
    ]
    page = made.text("index.html")
    for words in ("answers: It is about other people, or would show who told us.", "Information Commissioner"):
        assert words in page


def test_a_ground_that_would_tell_is_not_told(world: Authority) -> None:
    request = asks_what_is_held(world, referred(world))
    decides_items(world, request, lambda _item: {"decision": "withheld", "ground": "serious_harm"})
    page = opened(make_subject_pack(world.database, officer(world), MONDAY, request)).text("index.html")
    assert "There is nothing that we can give you." in page
    assert "<ul>" not in page.partition("What was left out")[2].partition("What you can do")[0]


def test_nothing_leaves_before_each_item_is_decided_and_what_came_since_is_asked_for(world: Authority) -> None:
    case = referred(world)
    request = asks_what_is_held(world, case)
    with pytest.raises(NotPossible):
        make_subject_pack(world.database, officer(world), MONDAY, request)
    decides_items(world, request, with_care)
    assert not at_work(world, request).undecided
    do(authority=world, case=case, task="clarify_referral", same_child="no", now=MONDAY)
    assert at_work(world, request).undecided
    with pytest.raises(NotPossible):
        make_subject_pack(world.database, officer(world), MONDAY, request)
    decides_items(world, request, with_care)
    first = make_subject_pack(world.database, officer(world), MONDAY, request)
    assert make_subject_pack(world.database, officer(world), MONDAY + DAY, request).sha256 == first.sha256
    with pytest.raises(NotPossible):
        decides_items(world, request, with_care)
    close_subject_request(
        world.database, officer(world), MONDAY + DAY, request, {"outcome": "given", "reason": "Handed over."}
    )
    with pytest.raises(NotPossible):
        at_work(world, request)
    kinds = ["subject_access_asked", "subject_items_decided", "subject_pack_made", "subject_access_closed"]
    with world.database.read() as connection:
        told = [one.kind for one in lines(connection, authority_chain(world.id), kinds)]
    assert list(dict.fromkeys(told)) == kinds
    assert told.count("subject_pack_made") == 2


def test_words_that_would_stay_are_refused(world: Authority) -> None:
    request = asks_what_is_held(world, referred(world))
    work = at_work(world, request)
    sheet = work.held.sheets[0]
    number = next(number for number, item in enumerate(sheet.items) if "cold" in item.words)
    for hidden in ("Zqneighbour", "Nobody of this name", ""):
        said = {f"decision_{number}": "blacked_out", f"hidden_{number}": hidden}
        with pytest.raises(BadAnswers) as refused:
            decide_subject_items(world.database, officer(world), MONDAY, request, sheet.id, work.as_shown(sheet), said)
        assert [*refused.value.problems] == [f"hidden_{number}"]


def test_what_was_typed_or_decided_since_it_was_read_is_read_again(world: Authority) -> None:
    case = referred(world)
    item = open_items(database=world.database, case=case)["clarify_referral"]
    worker, request = world.actor(item.role), asks_what_is_held(world, case)
    save_draft(world.database, worker, MONDAY, item.id, {"notes": ["She was cold."]})
    read = at_work(world, request)
    sheet = next(one for one in read.held.sheets if one.id.startswith("draft-"))
    gives, withholds = {"decision_0": "given"}, {"decision_0": "withheld", "ground_0": "privilege"}

    def decides(work: RequestAtWork, said: dict[str, str]) -> int:
        seen = work.as_shown(work.held.sheet(sheet.id) or sheet)
        return decide_subject_items(world.database, officer(world), MONDAY, request, sheet.id, seen, said)

    save_draft(world.database, worker, MONDAY + HOUR, item.id, {"notes": ["Somebody rang."]})
    with pytest.raises(BadAnswers):
        decides(read, gives)
    both = at_work(world, request)
    assert decides(both, withholds) == 1
    with pytest.raises(BadAnswers):  # another officer, who had the page before
        decides(both, gives)
    assert decides(both, withholds) == 0  # sent once more
    assert at_work(world, request).decided[sheet.items[0].id].decision == "withheld"


def test_a_ground_that_is_another_since_makes_the_pack_anew(world: Authority) -> None:
    request = asks_what_is_held(world, referred(world))
    decides_items(world, request, lambda _item: {"decision": "withheld", "ground": "privilege"})
    before = at_work(world, request).fingerprint
    decides_items(world, request, lambda _item: {"decision": "withheld", "ground": "serious_harm"})
    assert at_work(world, request).fingerprint != before
    with pytest.raises(BadAnswers):  # the child asks
        decides_items(world, request, lambda _item: {"decision": "withheld", "ground": "child_abuse"})


def test_a_number_tells_of_no_row_that_is_withheld_and_a_short_name_is_found(world: Authority) -> None:
    household = [{"name": name, "relationship": "mother"} for name in ("Jo Li", "Bea Zqsecond")]
    case = case_at(authority=world, household=household, concerns="Jo Li shouted.")
    request = asks_what_is_held(world, case)
    items = {item.words: item for item in at_work(world, request).held.items}
    assert items["Jo Li shouted."].names == ("Jo Li",)
    assert items["Bea Zqsecond"].title.endswith("(number 2)")

    def second_alone(item: SubjectItem) -> dict[str, str]:
        given = item.row == items["Bea Zqsecond"].row
        return {"decision": "given", "basis": "agreed"} if given else {"decision": "withheld", "ground": "serious_harm"}

    decides_items(world, request, second_alone)
    made = opened(make_subject_pack(world.database, officer(world), MONDAY, request)).text("answers.csv")
    assert "Bea Zqsecond" in made
    assert "(number" not in made


def test_a_child_who_was_an_answer_is_looked_for_and_a_name_that_is_not_known_is_none(world: Authority) -> None:
    case = case_at(authority=world, concerns="Tom Zqstranger is not known here.")
    other = case_at(authority=world, children=[child(given_name="Tom", family_name="Zqstranger")])
    unborn = case_at(authority=world, children=[child(given_name="Not known", family_name="not known")])
    with world.database.transaction() as connection:  # planted: one was taken for the other, and a brother has no name
        stranger = connection.scalar(select(Case.person_id).where(Case.id == other))
        family = select(Case.family_id).where(Case.id == case).scalar_subquery()
        connection.execute(update(Case).where(Case.id == unborn).values(family_id=family))
        row = connection.execute(select(Answers.answers).where(Answers.case_id == case)).one()
        said = {**row.answers, "developmental_needs": stranger}
        connection.execute(update(Answers).where(Answers.case_id == case).values(answers=said))
    words = {one.words: one.names for one in at_work(world, asks_what_is_held(world, case)).held.items}
    assert words["Tom Zqstranger is not known here."] == ("Tom Zqstranger",)
    assert words["Tom Zqstranger"] == ("Tom Zqstranger",)


def test_an_erased_case_of_the_child_is_no_restricted_one(world: Authority) -> None:
    case, erased = referred(world), referred(world)
    with world.database.transaction() as connection:  # planted: the same child, of a case that was erased
        person = select(Case.person_id).where(Case.id == case).scalar_subquery()
        connection.execute(update(Case).where(Case.id == erased).values(person_id=person, erased_at=MONDAY))
    assert at_work(world, asks_what_is_held(world, case)).held.kept == 0
    with pytest.raises(BadAnswers):
        asks_what_is_held(world, erased)


def test_who_is_barred_finds_no_request_and_a_restricted_case_is_left_to_who_is_named(world: Authority) -> None:
    case = referred(world)
    request = asks_what_is_held(world, case)
    bars(world, case, "privacy_officer.2@example.org")
    with pytest.raises(NotFound):
        at_work(world, request, 2)
    with pytest.raises(BadAnswers):
        asks_what_is_held(world, case, 2)
    restricts(world, case)
    kept = at_work(world, request).held
    assert (kept.sheets, kept.kept) == ((), 1)
    with pytest.raises(NotPossible):
        make_subject_pack(world.database, officer(world), MONDAY, request)


def test_who_could_see_the_case_then_names_who_could_answer_a_request(world: Authority) -> None:
    case, over = referred(world), {"outcome": "withdrawn", "reason": "They have changed their mind."}
    request = asks_what_is_held(world, case)
    close_subject_request(world.database, officer(world), MONDAY + DAY, request, over)
    rules = [
        {one.account: one.rules for one in could_see(world, case, at)} for at in (MONDAY + HOUR, MONDAY + DAY + HOUR)
    ]
    assert [one.get("privacy_officer.1") for one in rules] == [(BY_REQUEST,), None]


def could_see(world: Authority, case: str, at: datetime) -> tuple[CouldSee, ...]:
    with world.database.read() as connection:
        return everybody_who_could_see(connection, world.actor("auditor"), case, at)


def test_a_draft_about_the_child_is_named(world: Authority) -> None:
    case = referred(world)
    item = open_items(database=world.database, case=case)["clarify_referral"]
    worker = world.actor(item.role)
    save_draft(world.database, worker, MONDAY, item.id, {"notes": ["Zqdraft of a task"]})
    save_draft(world.database, worker, MONDAY, "start:referral:", {"a": ["ruby"], "b": ["EXAMPLE"], "c": ["Zqbegun"]})
    save_draft(world.database, world.actor("team_manager"), MONDAY, "start:referral:", {"a": ["Somebody else"]})
    drafts = [one for one in at_work(world, asks_what_is_held(world, case)).held.sheets if one.id.startswith("draft-")]
    assert sorted(one.title for one in drafts) == [
        "Typed and not sent: Clarify the concerns",
        "Typed and not sent: Refer a child",
    ]
    assert "Kept until 30 March 2026" in drafts[0].items[0].looks[0]


def test_a_month_is_counted_to_a_working_day_and_may_become_three(world: Authority) -> None:
    request = asks_what_is_held(world, referred(world))
    with world.database.read() as connection:
        received = request_row(connection, officer(world), request).received_on
    assert f"{due_on(received, extended=False)}" == "2026-04-02"
    assert f"{due_on(received.replace(day=3), extended=False)}" == "2026-04-07"  # Easter lies between
    assert f"{due_on(received, extended=True)}" == "2026-06-02"
    why = {"reason": "It is very much."}
    extend_subject_request(world.database, officer(world), MONDAY + DAY, request, why)
    with pytest.raises(NotPossible):
        extend_subject_request(world.database, officer(world), MONDAY + DAY, request, why)
    late = asks_what_is_held(world, referred(world))
    with pytest.raises(BadAnswers):
        extend_subject_request(world.database, officer(world), MONDAY + 40 * DAY, late, why)
