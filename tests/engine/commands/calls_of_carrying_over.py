"""One call of each command that carries cases over to other models, for the tests that hold of every command."""

import json
from collections.abc import Callable, Mapping

from engine.commands import carrying_over_many, migrating_instances
from tests.builders import MONDAY, Authority, open_items, publish, shipped, shipped_model

REFERRAL = "processes/referral/referral.bpmn"
DECIDE = "forms/referral/decide_response.json"


def goes_over(at: Authority, case: str) -> tuple[str, str]:
    """The process of the case, and models that it may go over to."""
    instance = open_items(database=at.database, case=case)["decide_response"].instance_id
    named = '"Decide the response"'
    text = shipped()[REFERRAL].decode().replace(f"name={named}", 'name="Decide what follows"')
    form = json.loads(shipped()[DECIDE])
    del form["properties"]["specialist_assessments"]
    files = {**shipped(), REFERRAL: text.encode(), DECIDE: json.dumps(form).encode()}
    return instance, publish(database=at.database, files=files)


def migrates(at: Authority, case: str) -> Callable[[], object]:
    instance, new = goes_over(at, case)
    return lambda: migrating_instances.migrate_instance(
        at.database, at.actor("process_owner"), MONDAY, instance, new, "Why"
    )


def asks_to_carry_over(at: Authority, case: str) -> tuple[Callable[[], str], str]:
    """What asks for it, and the process of the case."""
    instance, new = goes_over(at, case)
    owner = at.actor("process_owner")
    return lambda: carrying_over_many.ask_to_carry_over(at.database, owner, MONDAY, new, "Why"), instance


def judges(at: Authority, case: str) -> Callable[[], object]:
    instance = open_items(database=at.database, case=case)["decide_response"].instance_id
    owner = at.actor("process_owner")
    return lambda: carrying_over_many.judge_instance(at.database, owner, MONDAY, instance, shipped_model())


def agreed(at: Authority, asked_for: str) -> str:
    """The same, with the word of a second person."""
    carrying_over_many.agree_to_carry_over(at.database, at.actor("pathway_approver"), MONDAY, asked_for)
    return asked_for


def agrees(at: Authority, case: str) -> Callable[[], object]:
    ask, _ = asks_to_carry_over(at, case)
    asked_for = ask()
    return lambda: agreed(at, asked_for)


def stops(at: Authority, case: str) -> Callable[[], object]:
    ask, _ = asks_to_carry_over(at, case)
    owner, asked_for = at.actor("process_owner"), ask()
    return lambda: carrying_over_many.stop_carrying_over(at.database, owner, MONDAY, asked_for, "Not now")


def carries_over_next(at: Authority, case: str) -> Callable[[], object]:
    ask, instance = asks_to_carry_over(at, case)
    owner, asked_for = at.actor("process_owner"), agreed(at, ask())
    return lambda: carrying_over_many.carry_over_next(at.database, owner, MONDAY, asked_for, instance)


def keeps_refusal(at: Authority, case: str) -> Callable[[], object]:
    ask, instance = asks_to_carry_over(at, case)
    owner, asked_for = at.actor("process_owner"), ask()
    return lambda: carrying_over_many.keep_refusal(at.database, owner, MONDAY, asked_for, instance, "It has ended.")


def takes_back(at: Authority, case: str) -> Callable[[], object]:
    instance, new = goes_over(at, case)
    owner = at.actor("process_owner")
    migrating_instances.migrate_instance(at.database, owner, MONDAY, instance, new, "Why")
    return lambda: migrating_instances.undo_migration(at.database, owner, MONDAY, instance, "Not yet")


CALLS_OF_CARRYING_OVER: Mapping[str, Callable[[Authority, str], Callable[[], object]]] = {
    "migrate_instance": migrates,
    "undo_migration": takes_back,
    "judge_instance": judges,
    "ask_to_carry_over": lambda at, case: asks_to_carry_over(at, case)[0],
    "agree_to_carry_over": agrees,
    "stop_carrying_over": stops,
    "carry_over_next": carries_over_next,
    "keep_refusal": keeps_refusal,
}
