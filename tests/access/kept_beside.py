"""What is kept of a case beside its steps, a row of each: planted with the name of its child."""

from typing import Any

from sqlalchemy import Connection, insert, select

from engine.tables import Case, CaseAction, Departure, PersonalFact, SharedInformation, SharingWish
from engine.tables import Person as PersonRow
from tests.builders import MONDAY


def asks(connection: Connection, case: str, run: str) -> None:
    """Somebody who is not asked here wants to proceed differently."""
    place = {"instance_id": run, "process": "referral", "element": "feed_back_to_referrer", "occurrence": 0}
    asked: dict[str, Any] = {
        "how": "repeat",
        "reason": ".",
        "stated": {},
        "stands": "waits",
        "asked_at": MONDAY,
        "decision": "",
    }
    connection.execute(insert(Departure).values(id=f"departure-{case}", case_id=case, **place, **asked))


def share(connection: Connection, case: str) -> None:
    """Something was shared of the child with everybody, and somebody wishes that it were not."""
    child = select(PersonRow.family_name).join(Case, Case.person_id == PersonRow.id).where(Case.id == case)
    what = f"Of {connection.scalar(child)}."
    said = {"case_id": case, "agencies": ["health"], "others": "", "what": what, "why": "."}
    whose = {"whose": "child", "who": "", "against": "agencies", "said_on": MONDAY.date(), "source": "."}
    wish = {"id": f"wish-{case}", "withdrawn": False, "recorded_at": MONDAY, **whose, **said}
    connection.execute(insert(SharingWish).values(**wish))
    consent = {"consent": "given", "without_consent": "", "told": "", "not_told_because": ""}
    when = {"shared_on": MONDAY.date(), "recorded_at": MONDAY, "element": "", "occurrence": 1}
    about = {**said, **consent, **when, "against_wishes_because": ""}
    connection.execute(insert(SharedInformation).values(id=f"share-{case}", **about))


def know(connection: Connection, case: str) -> None:
    """Somebody is around the child."""
    child = select(PersonRow.family_name).join(Case, Case.person_id == PersonRow.id).where(Case.id == case)
    name = f"Around {connection.scalar(child)}"
    said = {"kind": "person", "name": name, "said": {"name": name, "relation": "mother"}, "source": "."}
    kept = {"about": f"fact-{case}", "ended_as": "", "only_ends": False, "known_on": MONDAY.date(), **said}
    connection.execute(insert(PersonalFact).values(id=f"fact-{case}", case_id=case, recorded_at=MONDAY, **kept))


def act(connection: Connection, case: str) -> None:
    """Health is to do something."""
    child = select(PersonRow.family_name).join(Case, Case.person_id == PersonRow.id).where(Case.id == case)
    agreed = {"element": "", "occurrence": 1, "field": "", "agreed_at": MONDAY, "by_when": MONDAY.date()}
    said = {"what": f"To see {connection.scalar(child)}.", "who": "", "agency": "health", "state": "open", "why": ""}
    told = {"of_element": "", "of_occurrence": 1, "of_row": ""}
    action = {"id": f"action-{case}", "case_id": case, **agreed, **said, **told}
    connection.execute(insert(CaseAction).values(**action))
