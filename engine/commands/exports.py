"""That a case left the system in a file, or in a story made from it: in the record before anybody has it. No entry, no
file.
"""

from collections.abc import Sequence

from engine.base.errors import BadAnswers
from engine.forms.cleaning import must_not_turn
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_oversee, must_see_all
from engine.record.chain import NewEntry, append

LONGEST_REASON = 500
STORY = "story"
"""The form of what left the system where that is a story, and no pack."""


@command(may=CommandRight.SIGNED_IN)
def record_export(
    work: Work, case: str, form: str, reason: str, file: str, sha256: str, joined: Sequence[str] = ()
) -> None:
    """`form` is full or redacted, `sha256` that of the whole file. `joined` are the cases that were joined to this one,
    which are in the file as well.

    Raises NotFound, NotAllowed (engine/people/who_knows.py), and BadAnswers for a reason that is missing, too long or
    turns text round.
    """
    must_oversee(work.connection, work.actor, case)
    check_reason(reason)
    payload = {"form": form, "reason": reason.strip(), "file": file, "sha256": sha256}
    fact = NewEntry("exported", payload=payload, cases_shown=(case, *joined))
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [fact])


@command(may=CommandRight.SIGNED_IN)
def record_story(work: Work, case: str, sha256: str) -> None:
    """That a story was made from a case (engine/trial/retelling.py): `sha256` is that of its text.

    Raises NotFound and NotAllowed (engine/people/who_knows.py).
    """
    must_see_all(work.connection, work.actor, case)
    fact = NewEntry("exported", payload={"form": STORY, "sha256": sha256}, cases_shown=(case,))
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [fact])


def check_reason(reason: str) -> None:
    """Raises BadAnswers."""
    if not reason.strip():
        raise BadAnswers({"reason": "Enter the reason for making this pack."})
    must_not_turn("reason", "The reason", reason)
    if len(reason.strip()) > LONGEST_REASON:
        raise BadAnswers({"reason": f"The reason must have {LONGEST_REASON} characters or fewer."})
