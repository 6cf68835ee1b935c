"""A draft on its whole way: made by a process owner, approved by a second person, published."""

from collections.abc import Mapping
from datetime import datetime

from engine.commands.approving_changes import judge_change, publish_change, submit_change
from engine.commands.saving_changes import start_change
from engine.process.bundle import bundle_hash
from tests.builders import MONDAY, Authority

NO_STORIES: Mapping[str, bytes] = {}


def approved(
    at: Authority,
    files: Mapping[str, bytes],
    now: datetime = MONDAY,
    stories: Mapping[str, bytes] = NO_STORIES,
    accept_doubts: str = "",
) -> str:
    """The id of a draft that waits to be published. Raises as its commands."""
    owner, second = at.actor("process_owner"), at.actor("pathway_approver")
    change = start_change(at.database, owner, now, "A trial", "To see it", {**files, **stories})
    seen = submit_change(at.database, owner, now, change, "Please look")
    judge_change(at.database, second, now, change, seen, "Agreed", approve=True, accept_doubts=accept_doubts)
    return change


def publish_by_two(
    at: Authority,
    files: Mapping[str, bytes],
    now: datetime = MONDAY,
    stories: Mapping[str, bytes] = NO_STORIES,
    accept_doubts: str = "",
) -> str:
    """The hash of what is in force then. Raises as its commands."""
    change = approved(at, files, now, stories, accept_doubts)
    publish_change(at.database, at.actor("process_owner"), now, change)
    return bundle_hash(files)
