"""One call of each command on a draft of the pathway, for the tests that hold of every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.commands import (
    approving_changes,
    bringing_in,
    renaming_for_ever,
    saving_changes,
    taking_back,
    taking_over,
    trials,
    trying_by_hand,
)
from engine.importing.package import packed
from engine.process.bundle import bundle_hash
from tests.builders import DAY, MONDAY, Authority, shipped
from tests.drafts import approved
from tests.engine.importing.bringing_in import FOREIGN

FORM = "forms/referral/decide_response.json"
TITLE, WHY = "Ask one thing more", "The council agreed on it"
Call = Callable[[Authority, str], Callable[[], object]]


def otherwise() -> dict[str, bytes]:
    return {**shipped(), FORM: shipped()[FORM].replace(b'"title"', b'"title" ', 1)}


def begun(at: Authority, files: Mapping[str, bytes] | None = None) -> str:
    return saving_changes.start_change(at.database, at.actor("process_owner"), MONDAY, TITLE, WHY, files)


def submitted(at: Authority) -> tuple[str, str]:
    """A draft and the hash of its files."""
    change = begun(at, otherwise())
    return change, approving_changes.submit_change(at.database, at.actor("process_owner"), MONDAY, change, WHY)


def by_owner(command: Callable[..., object], *given: object) -> Call:
    """On a draft that is open and in which a form is otherwise."""
    return lambda at, _: partial(
        command, at.database, at.actor("process_owner"), MONDAY, begun(at, otherwise()), *given
    )


def judges(at: Authority, _case: str) -> Callable[[], object]:
    change, seen = submitted(at)
    second = at.actor("pathway_approver")
    judge = approving_changes.judge_change
    return lambda: judge(at.database, second, MONDAY, change, seen, "Agreed", approve=True)


def reopens(at: Authority, _case: str) -> Callable[[], object]:
    change, _ = submitted(at)
    owner = at.actor("process_owner")
    return lambda: approving_changes.reopen_change(at.database, owner, MONDAY, change, "One thing more")


def on_approved(command: Callable[..., object], role: str, *given: object) -> Call:
    def call(at: Authority, _case: str) -> Callable[[], object]:
        change = approved(at, otherwise())
        actor = at.system if role == "system" else at.actor(role)
        return partial(command, at.database, actor, MONDAY, change, *given)

    return call


def on_trial(command: Callable[..., object], role: str, *given: object) -> Call:
    def call(at: Authority, _case: str) -> Callable[[], object]:
        owner = at.actor("process_owner")
        begun_here = trials.begin_trial(at.database, owner, MONDAY, begun(at, otherwise()), "cases")
        actor = at.system if role == "system" else at.actor(role)
        return partial(command, at.database, actor, MONDAY, begun_here.id, *given)

    return call


def on_brought_in(command: Callable[..., object], *given: object) -> Call:
    def call(at: Authority, _case: str) -> Callable[[], object]:
        kept = brings_in(at)
        return partial(command, at.database, at.actor("process_owner"), MONDAY, kept, *given)

    return call


NOTHING_DONE: Mapping[str, Any] = {"begins_at": "2026-03-02T10:00", "child": {}, "step": []}
REFERRED: Mapping[str, Any] = {
    "begins_at": "2026-03-02T10:00",
    "child": {"ada": {"given_name": "Ada", "family_name": "Example"}},
    "step": [
        {
            "at": "2026-03-02T10:01",
            "as": "public",
            "start": "referral",
            "with": {
                "immediate_danger": "no",
                "source": "public",
                "children": ["ada"],
                "concerns": "Left alone at night",
                "family_knows": "no",
                "reply_by": "none",
                "received_at": "2026-03-02T10:01",
            },
        }
    ],
}
"""What is kept of a try of the shipped models in which a child was referred."""


def on_try(command: Callable[..., object], *given: object) -> Call:
    def call(at: Authority, _case: str) -> Callable[[], object]:
        owner, change = at.actor("process_owner"), begun(at, otherwise())
        trying_by_hand.begin_try(at.database, owner, MONDAY, change, NOTHING_DONE, "")
        return partial(command, at.database, owner, MONDAY, change, *given)

    return call


def brings_in(at: Authority, drawing: str = "") -> str:
    """A foreign drawing, or else a package of another form, that waits for its draft."""
    content = (FOREIGN / drawing).read_bytes() if drawing else packed(otherwise())
    name = drawing or "theirs.zip"
    return bringing_in.bring_in(at.database, at.actor("process_owner"), MONDAY, content, name, TITLE, WHY)


def holds_up(at: Authority, _case: str) -> Callable[[], object]:
    """On its day."""
    change, owner = approved(at, otherwise()), at.actor("process_owner")
    approving_changes.publish_change(at.database, owner, MONDAY, change, MONDAY + DAY)
    return partial(
        approving_changes.hold_up, at.database, at.system, MONDAY + DAY, change, "Something speaks against it"
    )


CALLS_OF_DRAFTS: Mapping[str, Call] = {
    "start_change": lambda at, _: partial(begun, at),
    "bring_in": lambda at, _: partial(brings_in, at),
    "make_draft_of": on_brought_in(bringing_in.make_draft_of, bundle_hash(shipped())),
    "forget_brought_in": on_brought_in(bringing_in.forget_brought_in),
    "save_file": by_owner(saving_changes.save_file, FORM, b"{}", 1),
    "take_back_save": by_owner(taking_back.take_back_save, 1, 1),
    "rename_for_ever": by_owner(renaming_for_ever.rename_for_ever, "referral.decide_response", "settle_response", 1),
    "drop_change": by_owner(saving_changes.drop_change, "Not wanted"),
    "note_editing": by_owner(saving_changes.note_editing, FORM),
    "take_over_published": by_owner(taking_over.take_over_published, {}),
    "submit_change": by_owner(approving_changes.submit_change, WHY),
    "reopen_change": reopens,
    "judge_change": judges,
    "publish_change": on_approved(approving_changes.publish_change, "process_owner"),
    "begin_trial": by_owner(trials.begin_trial, "cases"),
    "stop_trial": on_trial(trials.stop_trial, "process_owner"),
    "note_trial": on_trial(trials.note_trial, "system", 1, 2),
    "hold_up": holds_up,
    "begin_try": by_owner(trying_by_hand.begin_try, NOTHING_DONE, ""),
    "go_on_with_try": on_try(trying_by_hand.go_on_with_try, NOTHING_DONE, "", 1),
    "drop_try": on_try(trying_by_hand.drop_try),
}
