"""What is put in the outbox, to be sent after the transaction. No subject and no notice names a child."""

from engine.base.identifiers import new_id
from engine.casework.locked_case import CaseWork
from engine.tables import Outbox


def acknowledgement(casework: CaseWork, address: str) -> None:
    """Receipt is acknowledged within one working day (WT2013 ch1 para 55)."""
    _put(
        casework,
        "acknowledgement",
        address,
        "We have received your referral",
        f"Thank you for telling us. Your referral has the reference {casework.case.reference}. A social worker decides "
        "within one working day what happens next, and we will tell you. If a child is in immediate danger, ring 999.",
    )


def notice(casework: CaseWork, account: str, subject: str) -> None:
    """A word to somebody who works here; what it is about is read after signing in."""
    _put(casework, "notice", f"account:{account}", subject, f"Case {casework.case.reference}. Sign in to see it.")


def alert_duty_team(casework: CaseWork) -> None:
    _put(
        casework,
        "alert",
        f"team:{casework.case.team}",
        "A child may be in immediate danger",
        f"A referral says so: case {casework.case.reference}. Sign in and decide now.",
    )


def alert(casework: CaseWork, role: str, words: str) -> None:
    """To whoever holds the role in the team of the case."""
    recipient = f"role:{role}:{casework.case.team}"
    _put(casework, "alert", recipient, words, f"Case {casework.case.reference}. Sign in to see it.")


def _put(casework: CaseWork, kind: str, recipient: str, subject: str, body: str) -> None:
    letter = new_id()
    casework.changes.add(
        Outbox,
        letter,
        id=letter,
        authority_id=casework.case.authority,
        case_id=casework.case.id,
        kind=kind,
        recipient=recipient,
        subject=subject,
        body=body,
        created_at=casework.now,
        attempts=0,
    )
    casework.note("queued", payload={"kind": kind, "recipient": recipient, "subject": subject})
