"""Letting somebody in who has shown who they are, with what they had typed before: carried through signing in."""

from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlsplit

import orjson
from flask import make_response, redirect, render_template, request, session, url_for

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotPossible, Refusal, RefusalCode
from engine.commands import sessions
from engine.commands.drafts import save_draft
from engine.people.factors import SignInWay
from engine.people.identity import ADMINISTRATOR, PRIVACY_OFFICER, SYSTEM, Actor
from engine.reads.authority.own_account import own_email
from webapp import devices, keys, passes
from webapp import sessions as cookies
from webapp.as_sent import in_words
from webapp.pages import OWN_FIELDS, Answer, Visit

TOO_OLD = "This page had been open for too long. Sign in now."
NOT_WHILE_READ_ONLY = (
    "Nothing can be saved just now, so a second factor cannot be looked at, and you cannot sign in. Whoever is signed "
    "in already can go on reading."
)


_FIRST_OF_ONE_ROLE = {frozenset({PRIVACY_OFFICER}): "privacy.start", frozenset({ADMINISTRATOR}): "people.people"}
"""Where somebody begins who holds this role alone: no task is ever theirs."""


def begin_session(
    visit: Visit,
    account: str,
    *,
    by_second_factor: bool = False,
    way: SignInWay = SignInWay.PASSWORD,
    anew: bool = True,
) -> str:
    """The token of a new session; where none can be written, a pass. Raises NotFound where the account is disabled,
    NotPossible where a pass would take the place of a second factor. `anew`: as in `sessions.begin`.
    """
    here, confirmed = visit.site, not visit.site.demo
    try:
        shown = {"confirmed": confirmed, "by_second_factor": by_second_factor, "anew": anew}
        return sessions.begin(here.database, SYSTEM, visit.now, account, cookies.token(here.settings), **shown, way=way)
    except DatabaseUnavailable as refused:
        presence = sessions.present_without_session(here.database, account, visit.now)
        if not visit.cannot_write(refused) or presence is None:
            raise
        visit.actor, visit.factors = presence.actor, presence.factors
        if visit.factors.any or visit.lacks_second_factor:
            raise NotPossible(NOT_WHILE_READ_ONLY, code=RefusalCode.ONLY_PASSWORD) from None
        by: dict[str, str] = {"by": "provider"} if way.by_provider else {}
        visit.keep_entry(refused, "signed_in", (), **by)
    return passes.give(keys.key(here.settings.keys, keys.FORMS), account, visit.now)


def ask_second_factor(visit: Visit, token: str, words: str) -> Answer:
    """Between the password and the first page."""
    response = make_response(words)
    cookies.set_cookie(response, visit.site.settings, token)
    return response


def second_step(waiting: sessions.Waiting, goes_on: str, typed: str, problem: str = "") -> str:
    """The page. What was typed goes along; `problem` is what was wrong with what was sent."""
    shown = {"factors": waiting.factors, "way": waiting.way, "next": goes_on, "typed": typed}
    return render_template("sign_in/second_step.html", **shown, problems={"second_factor": problem} if problem else {})


def welcome(visit: Visit, token: str, goes_on: str, typed: str) -> Answer:
    presence = sessions.present(visit.site.database, token, visit.now)
    visit.actor = actor = presence.actor if presence else visit.actor
    to = goes_on if is_of_this_site(goes_on) else home(actor)
    lost = carried(typed) if typed and not _is_kept(visit, actor, typed) else []
    session.clear()  # nothing that was known before signing in is good for anything after
    if lost:
        response = make_response(render_template("sign_in/not_kept.html", sent=lost, to=to))
    else:
        response = make_response(redirect(to, 303))
    cookies.set_cookie(response, visit.site.settings, token)
    if not visit.site.demo:
        devices.remember(response, visit.site.settings, visit.read_for_command(own_email))
    return response


def keep_problem(words: str) -> None:
    """To be read on the page to which somebody is sent on, once."""
    session["problem"] = words


def kept_problem() -> str:
    return session.pop("problem", "")


def home(actor: Actor) -> str:
    if actor.in_oversight:
        return url_for("cases.cases")
    return url_for(_FIRST_OF_ONE_ROLE.get(actor.roles, "inbox.tasks"))


def to_carry(sent: Mapping[str, Sequence[str]]) -> str:
    """What was typed, and of which draft it is; no password, and nothing that a page adds. Empty where that is
    nothing.
    """
    answers = {name: values for name, values in sent.items() if name not in OWN_FIELDS}
    return orjson.dumps({**answers, "subject": sent.get("subject", [""])}).decode() if in_words(answers) else ""


def carried(typed: str) -> list[tuple[str, str]]:
    return in_words(_fields(typed)[1])


def _fields(typed: str) -> tuple[str, dict[str, list[str]]]:
    """Of which draft, and what was typed: as `to_carry` wrote it. Nothing of what it did not write."""
    try:
        fields: object = orjson.loads(typed)
    except orjson.JSONDecodeError:
        return "", {}
    if not isinstance(fields, dict):
        return "", {}
    known = {
        name: [value for value in cast("list[object]", values) if isinstance(value, str)]
        for name, values in cast("dict[str, object]", fields).items()
        if isinstance(values, list)
    }
    subject = known.pop("subject", [])
    return (subject[0] if subject else ""), known


def _is_kept(visit: Visit, actor: Actor, typed: str) -> bool:
    """As a draft, if there is one of that form, and the task is for whoever has signed in now."""
    subject, answers = _fields(typed)
    if not subject:
        return False
    try:
        save_draft(visit.site.database, actor, visit.now, subject, answers)
    except Refusal:
        return False
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        return False
    return True


def is_from_here() -> bool:
    """Whether a page of this site sent it, as browsers say: what another site sends is not even shown."""
    return urlsplit(request.origin or request.referrer or "").netloc == request.host


def is_of_this_site(address: str) -> bool:
    """Only a page of this site: never another host, whatever the link said that brought somebody here. Browsers leave
    out line breaks and tabs, and read a backslash as a stroke.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not address.isprintable():
        return False
    return address.startswith("/") and not address.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
