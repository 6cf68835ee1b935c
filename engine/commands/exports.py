"""That a case left the system in a file: in the record before anybody has the file. No entry, no file."""

from engine.access import must_oversee
from engine.commands.command import May, Work, command
from engine.errors import BadAnswers
from engine.record import Fact, append

LONGEST_REASON = 500


@command(may=May.SIGNED_IN)
def put_down_export(work: Work, case: str, form: str, reason: str, file: str, sha256: str) -> None:
    """`form` is full or redacted, `sha256` that of the whole file.

    Raises NotFound, NotAllowed (engine/access.py), and BadAnswers for a reason that is missing or too long.
    """
    must_oversee(work.connection, work.actor, case)
    check_reason(reason)
    payload = {"form": form, "reason": reason.strip(), "file": file, "sha256": sha256}
    fact = Fact("exported", payload=payload, cases_shown=(case,))
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [fact])


def check_reason(reason: str) -> None:
    """Raises BadAnswers."""
    if not reason.strip():
        raise BadAnswers({"reason": "Enter the reason for making this pack."})
    if len(reason.strip()) > LONGEST_REASON:
        raise BadAnswers({"reason": f"The reason must have {LONGEST_REASON} characters or fewer."})
