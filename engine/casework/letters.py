"""What is put in the outbox, to be handed over after the transaction. No subject and no body names a child.

A letter goes to one address. What is for a team or a role is one letter to each of its people, so that one address that
is wrong keeps nothing from the others.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from engine.base.identifiers import new_id
from engine.casework.case_rows import InstanceRow
from engine.casework.locked_case import CaseWork
from engine.facts.case_now import OpenItem
from engine.facts.covers import who_acts
from engine.people.identity import PRIVACY_OFFICER
from engine.process.bundle import Model
from engine.tables import Account, Membership, NamedRow, Outbox, enabled_at, held_at
from engine.timescales.rules import ELAPSED, Clock, limit_in_words

GLASS = "glass"
"""The kind of a letter about break glass."""
BY_LETTER = "acknowledges"
"""The effect of a task that the system does by a letter."""
# Of letters that are with us: one that is being handed over may have left by now.
TO_WITHDRAW = frozenset({"waiting", "refused", "unknown"})
_NEW: Mapping[str, Any] = {"state": "waiting", "settled_at": None, "attempts": 0, "why": ""}


@dataclass(frozen=True, slots=True)
class ToldOfAlarm:
    """`people`: the accounts that are told, with where each is reached, empty for the account's own address."""

    alarm: str
    place: str
    people: Mapping[str, str]


def acknowledgement(casework: CaseWork, instance: InstanceRow, item: OpenItem, address: str) -> None:
    """Receipt is acknowledged within one working day (WT2013 ch1 para 55). The task is done when it has left."""
    first = first_limit(casework, instance)
    within = f" within {limit_in_words(first)}" if first else ""
    _put(
        casework,
        "acknowledgement",
        address,
        [address],
        "We have received your referral",
        f"Thank you for telling us. Your referral has the reference {casework.case.reference}. A social worker acts on "
        f"it{within}, and we will tell you what is decided. If a child is in immediate danger, ring 999.",
        urgent=first is not None and first.unit in ELAPSED,
        of=(instance, item),
    )


def notice(casework: CaseWork, account: str, subject: str) -> None:
    """A word to somebody who works here; what it is about is read after signing in."""
    to = f"account:{account}"
    _put(casework, "notice", to, [to], subject, f"Case {casework.case.reference}. Sign in to see it.")


def glass_letters(casework: CaseWork) -> None:
    """To those who look at why somebody broke the glass. Which case it was is read after signing in."""
    officers = (
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.authority_id == casework.case.authority, Membership.role == PRIVACY_OFFICER)
        .where(held_at(casework.now), Membership.held_from < casework.now, enabled_at(casework.now))
    )
    told = casework.who_may_know(sorted(set(casework.connection.scalars(officers))), named=False)
    subject, body = "A case was opened in an emergency", "Sign in and look at why."
    _put(casework, GLASS, f"role:{PRIVACY_OFFICER}", [f"account:{one}" for one in told], subject, body, urgent=True)


def alarm_letters(casework: CaseWork, alarm: str, place: str, to: str, people: Mapping[str, str]) -> None:
    """To the accounts that stand in this place, each at the address that is given for it, else at its own."""
    _put(
        casework,
        "alert",
        to,
        [f"account:{account}" for account in people],
        "A child may be in immediate danger",
        f"A referral says so: case {casework.case.reference}. Sign in and open the case now: until somebody does, this "
        "alarm goes on to the next.",
        urgent=True,
        of=ToldOfAlarm(alarm, place, people),
    )


def alert(casework: CaseWork, role: str, words: str) -> None:
    """To whoever holds the role in the team of the case."""
    to, body = f"role:{role}:{casework.case.team}", f"Case {casework.case.reference}. Sign in to see it."
    _put(casework, "alert", to, _accounts(casework, {role}), words, body, urgent=True)


def people_of_team(casework: CaseWork, roles: Collection[str] | None) -> list[str]:
    """The accounts that hold one of the roles, or any, in the team of the case, and whoever acts for one of them who
    is away: those from whom it is not kept.
    """
    of_team = (
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.team_id == casework.case.team,
            # Who becomes one at this very moment may have come after it.
            *(held_at(casework.now), Membership.held_from < casework.now, enabled_at(casework.now)),
        )
    )
    asked = of_team if roles is None else of_team.where(Membership.role.in_(roles))
    own = {*casework.connection.scalars(asked)}
    return casework.who_may_know(sorted(own | _who_acts(casework, own)))


def with_who_acts(casework: CaseWork, account: str) -> list[str]:
    """The account, and whoever acts for it in the team of the case and may know of that."""
    return [account, *casework.who_may_know(sorted(_who_acts(casework, {account})))]


def _who_acts(casework: CaseWork, accounts: Collection[str]) -> set[str]:
    acting = who_acts(casework.connection, casework.case.team, casework.now)
    return {by for away in accounts for by in acting.get(away, ())}.difference(accounts)


def first_limit(casework: CaseWork, instance: InstanceRow) -> Clock | None:
    """That of the clock of this process which runs out first: with immediate danger it is the hour."""
    own = [one for one in casework.deadlines if one.instance == instance.id]
    rules = casework.model(instance).rules
    counted = [one for one in own if rules[one.clock].limit > 0]
    first = min(counted, key=lambda one: one.due_at, default=None)
    return casework.settled.rule(rules[first.clock]) if first else None


def is_by_letter(model: Model, process: str, element: str) -> bool:
    return BY_LETTER in model.drawings[process].elements[element].properties.get("effect", "").split()


def withdraw_letter(casework: CaseWork, instance: InstanceRow, item: OpenItem) -> None:
    """The letter that would have done a task which is done, or needed no longer. What is being handed over stays so:
    the entry of what becomes of it follows.
    """
    if not is_by_letter(casework.model(instance), item.process, item.element):
        return
    casework.write_rows()
    of_task = (Outbox.case_id == casework.case.id, Outbox.work_item_id == item.id)
    for letter in take_back(casework, *of_task):
        said = {"what": "withdrawn", "letter": letter.id}
        casework.note("letter", instance, element=item.element, occurrence=item.occurrence, payload=said)


def take_back(casework: CaseWork, *of: ColumnElement[bool]) -> list[NamedRow]:
    """The letters that are with us and are sent no more, each with its `id` and `subject`. All that are not settled are
    locked before their state is asked: one that is just coming back is waited for.
    """
    unsettled = select(Outbox.id, Outbox.subject, Outbox.state).where(*of, Outbox.settled_at.is_(None))
    locked = casework.connection.execute(unsettled.order_by(Outbox.number).with_for_update(of=Outbox)).all()
    taken = [letter for letter in locked if letter.state in TO_WITHDRAW]
    for letter in taken:
        casework.changes.change(Outbox, letter.id, state="withdrawn", since=casework.now, settled_at=casework.now)
    return taken


def _accounts(casework: CaseWork, roles: Collection[str] | None) -> list[str]:
    return [f"account:{account}" for account in people_of_team(casework, roles)]


def _put(
    casework: CaseWork,
    kind: str,
    to: str,
    recipients: Iterable[str],
    subject: str,
    body: str,
    *,
    urgent: bool = False,
    of: tuple[InstanceRow, OpenItem] | ToldOfAlarm | None = None,
) -> None:
    """`of` is the task that is done when the letter has left, or the alarm that it tells of: then the entry says who is
    told. Where there is nobody to write to, it says so.
    """
    alarm = of if isinstance(of, ToldOfAlarm) else None
    instance, item = of if isinstance(of, tuple) else (None, None)
    addresses: Mapping[str, str] = alarm.people if alarm else {}
    of_case = {"authority_id": casework.case.authority, "case_id": casework.case.id}
    of_alarm = {"alarm_id": alarm.alarm if alarm else None, "alarm_place": alarm.place if alarm else None}
    times = dict.fromkeys(("since", "asked_at", "next_try_at"), casework.now)
    said = {"kind": kind, "subject": subject, "body": body, "urgent": urgent}
    letters: list[str] = []
    for recipient in recipients:
        letters.append(letter := new_id())
        address = addresses.get(recipient.removeprefix("account:"), "")
        to_whom = {"recipient": recipient, "address": address, "work_item_id": item.id if item else None}
        casework.changes.add(Outbox, letter, id=letter, **of_case, **of_alarm, **to_whom, **said, **times, **_NEW)
    payload: dict[str, Any] = {"kind": kind, "recipient": to, "subject": subject, "letters": letters}
    if alarm:
        payload["people"] = [*alarm.people]
    element, occurrence = (item.element, item.occurrence) if item else (None, None)
    casework.note("queued", instance, element=element, occurrence=occurrence, payload=payload)
