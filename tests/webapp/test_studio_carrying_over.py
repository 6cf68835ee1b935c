"""All that runs goes over to what is in force from a page, in the background, and what came of each is read there."""

from collections.abc import Callable
from datetime import timedelta

from engine.commands.accounts import disable_account
from engine.commands.carrying_over_many import agree_to_carry_over, ask_to_carry_over, go_on_carrying_over
from tests.builders import Authority, case_at, publish, shipped
from tests.engine.commands.calls import REFERRAL
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
PAGE = "/studio/carrying-over"
ASK = "Ask a second person to agree"
SAID = {"reason": "The board agreed", "confirmed": "yes"}


def called_otherwise() -> dict[str, bytes]:
    text = shipped()[REFERRAL].replace(b'name="Decide the response"', b'name="Say what follows"')
    return {**shipped(), REFERRAL: text}


def test_what_is_asked_for_says_why_and_to_what(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="deciding")
    owner = as_a("process_owner")
    assert "All that runs is on the drawings in force" in owner.get(PAGE).text
    publish(database=world.database, files=called_otherwise())
    page = owner.get(PAGE)
    assert "1 process runs on earlier drawings" in page.text
    wrong = owner.send(page, {"reason": " "}, button=ASK, status=400)
    assert wrong.errors == ["Say why: the reason is kept in the record"]
    old = owner.send(page, {**SAID, "bundle": "0" * 64}, button=ASK, status=400)
    assert old.errors == ["Other drawings were put in force since you opened this page. Look at them first"]


def test_what_runs_goes_over_bit_by_bit_once_a_second_person_has_agreed(
    as_a: As, world: Authority, clock: Clock
) -> None:
    for _ in range(2):
        case_at(authority=world, point="deciding")
    publish(database=world.database, files=called_otherwise())
    owner = as_a("process_owner")
    asked = owner.send(owner.get(PAGE), SAID, button=ASK)
    assert "Waits for a second person to agree: 2 to go" in asked.text
    assert ASK not in asked.text
    assert "Agree to it" not in owner.get(f"{PAGE}/1").text
    assert go_on_carrying_over(world.database, clock) == 0
    second = as_a("pathway_approver")
    assert "it waits for a second person. Look at what is asked for" in second.get("/studio").text
    seen = second.get(f"{PAGE}/1")
    assert "It waits for a second person:" in seen.text
    agreed = second.send(seen, {"confirmed": "yes"}, button="Agree to it")
    assert "Under way: 2 to go" in agreed.text
    assert go_on_carrying_over(world.database, clock) == 2
    assert go_on_carrying_over(world.database, clock) == 0
    done = owner.get(PAGE)
    assert "2 went over, 0 stayed where they were" in done.text
    assert "All that runs is on the drawings in force" in done.text
    each = owner.get(f"{PAGE}/1")
    assert each.text.count("Went over") == 2
    assert "Agreed to" in each.text
    assert "Ada" not in each.text
    owner.get(f"{PAGE}/2", status=404)


def test_one_that_went_over_is_taken_back_on_its_page(as_a: As, world: Authority, clock: Clock) -> None:
    for _ in range(2):
        case_at(authority=world, point="deciding")
    new = publish(database=world.database, files=called_otherwise())
    asked = ask_to_carry_over(world.database, world.actor("process_owner"), clock.now, new, "The board agreed")
    agree_to_carry_over(world.database, world.actor("pathway_approver"), clock.now, asked)
    assert go_on_carrying_over(world.database, clock) == 2
    owner = as_a("process_owner")
    each = owner.get(f"{PAGE}/1")
    assert "Take it back" not in as_a("pathway_approver").get(f"{PAGE}/1").text
    wrong = owner.send(each, {"instance": "", "why": " "}, button="Take it back", status=400)
    assert wrong.errors == ["Choose which", "Say why: the reason is kept in the record"]
    (first, _) = each.tree.xpath("//select[@name='instance']/option[@value!='']/@value")
    back = owner.send(wrong, {"instance": first, "why": "It was too early"}, button="Take it back")
    assert back.text.count("Went over, and is on other drawings now") == 1
    assert owner.send(wrong, {"instance": first, "why": "Again"}, button="Take it back", status=400).errors == [
        "Choose which"
    ]
    assert "1 process runs on earlier drawings" in owner.get(PAGE).text


def test_what_was_asked_for_is_gone_on_with_when_they_have_left(as_a: As, world: Authority, clock: Clock) -> None:
    case_at(authority=world, point="deciding")
    new = publish(database=world.database, files=called_otherwise())
    asked = ask_to_carry_over(world.database, world.actor("process_owner"), clock.now, new, "The board agreed")
    agree_to_carry_over(world.database, world.actor("pathway_approver"), clock.now, asked)
    disable_account(world.database, world.actor("administrator"), clock.now, "process_owner.1")
    clock.move(timedelta(minutes=1))
    assert go_on_carrying_over(world.database, clock) == 1
    assert "1 went over" in as_a("pathway_approver").get(PAGE).text


def test_only_process_owners_ask_for_it(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="deciding")
    publish(database=world.database, files=called_otherwise())
    second = as_a("pathway_approver")
    assert ASK not in second.get(PAGE).text
    token = second.get("/refer").value("csrf_token")
    second.post(PAGE, {**SAID, "csrf_token": token}, status=403)
    as_a("social_worker").get(PAGE, status=403)


def test_either_of_the_two_stops_it_with_a_reason(as_a: As, world: Authority, clock: Clock) -> None:
    case_at(authority=world, point="deciding")
    new = publish(database=world.database, files=called_otherwise())
    ask_to_carry_over(world.database, world.actor("process_owner"), clock.now, new, "The board agreed")
    second = as_a("pathway_approver")
    page = second.get(f"{PAGE}/1")
    wrong = second.send(page, {"reason": ""}, button="Stop it", status=400)
    assert wrong.errors == ["Say why: the reason is kept in the record"]
    stopped = second.send(wrong, {"reason": "Not before Easter"}, button="Stop it")
    assert "Nobody has agreed to it." in stopped.text
    assert "1 was left out" in stopped.text
    assert "Agree to it" not in stopped.text
