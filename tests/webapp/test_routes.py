"""Every route says who may use it and which look it records; one that does not is found, and shows nothing."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask

from engine.reads.audit.who_looked import LISTS
from webapp.pages import NoLook, PageRight, Visit, current_visit, declaration, page


def undeclared(app: Flask) -> list[str]:
    return [rule.rule for rule in app.url_map.iter_rules() if declaration(app.view_functions[rule.endpoint]) is None]


def test_every_route_declares_who_may_use_it_and_which_look_it_records(app: Flask) -> None:
    assert undeclared(app) == []


def test_a_route_without_a_declaration_is_found(app: Flask) -> None:
    app.add_url_rule("/planted", view_func=lambda: "a child's name")
    assert undeclared(app) == ["/planted"]


def test_a_route_without_a_declaration_shows_nothing(app: Flask) -> None:
    app.add_url_rule("/planted", view_func=lambda: "a child's name")
    answer = app.test_client().get("/planted")
    assert (answer.status_code, "a child's name" in answer.text) == (500, False)


def test_only_these_pages_are_open_to_everybody(app: Flask) -> None:
    open_to_all = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if (declared := declaration(app.view_functions[rule.endpoint])) and declared.may is PageRight.ANYONE
    }
    assert open_to_all == {
        *(
            "/",
            "/sign-in",
            "/sign-in/second",
            "/sign-in/passkey",
            "/sign-out",
            "/sign-out/provider",
            "/password/<word>",
        ),
        *("/sign-in/provider", "/sign-in/provider/back", "/sign-out/provider"),
        *("/first-administrator", "/refer", "/refer/sent", "/static/<path:name>", "/health"),
    }


def test_only_these_pages_answer_before_a_second_factor_is_set_up(app: Flask) -> None:
    early = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if (declared := declaration(app.view_functions[rule.endpoint])) and declared.before_second_factor
        if declared.may not in (PageRight.ANYONE, PageRight.WATCHES)
    }
    assert early == {
        "/account/second-factor",
        *(f"/account/second-factor/{what}" for what in ("app", "app/begin", "passkeys", "passkeys/begin")),
        *("/sign-in/provider/again", "/sign-in/provider/again/second", "/agreements/sign"),
    }


def test_every_other_page_lies_behind_the_door(app: Flask) -> None:
    """Before anything of it is looked for: whatever stands in the address, one is asked to sign in."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        declared = declaration(app.view_functions[rule.endpoint])
        if declared and declared.may not in (PageRight.ANYONE, PageRight.WATCHES):  # those: tests/webapp/test_health.py
            address = re.sub(r"<[^>]*>", "1", rule.rule)
            method = next(one for one in ("GET", "POST", "PUT") if one in (rule.methods or ()))
            answer = client.open(address, method=method)
            asked = answer.headers["Location"] if answer.status_code == 303 else answer.text
            assert (answer.status_code, "sign-in" in asked) in ((303, True), (401, True)), address


PRIVACY = (
    *("/privacy", "/privacy/looks/<account>", "/privacy/cases/<case>", "/privacy/cases/<case>/who-could-see"),
    *("/privacy/unusual", "/privacy/unusual/<looked_on>/<account>/<case>"),
)
RETENTION = {
    "/privacy/retention": "due to be erased",
    "/privacy/retention/<case>": "due to be erased",
    "/privacy/erasures": "erasures",
    "/privacy/erasures/<erasure>": "erasure",
    "/privacy/holds": "legal holds",
    "/privacy/holds/<hold>": "legal hold",
}
HELD = {
    "/cases/<case>/answers/<given>/correct": "answers to correct",
    "/cases/<case>/answers/<given>/still-right": "what rests on a corrected answer",
    "/cases/<case>/life": "what has changed for the child",
    "/cases/<case>/reopen": "a case to open again",
    "/cases/<case>/separate": "a case to separate",
    "/cases/<case>/answers/<given>/wrong": "what is said to be wrong",
    "/privacy/subject-access": "requests for what is held",
    **{f"/privacy/subject-access/<asked>{one}": "request for what is held" for one in ("", "/longer", "/pack")},
    "/privacy/subject-access/<asked>/items/<sheet>": "what is held of a child",
}
DIFFERENTLY = {
    "/tasks/<item>/differently": "proceeding differently",
    "/cases/<case>/steps": "other steps of a case",
    "/cases/<case>/steps/<instance>/<element>/<how>": "proceeding differently",
    "/cases/<case>/departures/<departure>": "a request to proceed differently",
}
WISH = "wish about sharing"
FORMS_AROUND = ("person", "<about>/<what>/record", "facts/<fact>/change", "facts/<fact>/end")
AROUND = {
    "/cases/<case>/around": "people around the child",
    **{f"/cases/<case>/around/{one}": "somebody around the child" for one in FORMS_AROUND},
}
SHARING = {
    "/cases/<case>/shared": "what was shared",
    "/shared/<recipient>": "what was shared with one",
    "/cases/<case>/shared/record": "record what was shared",
    **dict.fromkeys((f"/cases/<case>/wishes/{one}" for one in ("record", "<wish>/replace", "<wish>/withdraw")), WISH),
}
ACTIONS = {
    "/cases/<case>/actions": "actions",
    "/cases/<case>/actions/add": "action to add",
    "/actions/<action>": "what became of an action",
}
GIVING = {
    "/tasks/<item>/give": "give a task",
    "/tasks/<item>/hand-back": "hand back a task",
    "/team/share": "share out tasks",
}
FAMILIES = {
    "/tasks/<item>/children": "task",
    "/cases/<case>/family": "family",
    "/cases/<case>/start/<process>/children": "start",
}
GLASS = {"/privacy/break-glass": "break glass", "/privacy/break-glass/<use>": "use of break glass"}


def test_a_page_on_which_a_case_is_one_of_many_counts_as_a_list() -> None:
    lists = ("/tasks", "/cases", "/team", "/team/share", "/shared/<recipient>", "/cases/<case>/family")
    known = {**SHARING, **GIVING, **FAMILIES}
    assert {known.get(one, one.removeprefix("/")) for one in lists} <= {*LISTS}


def test_pages_that_show_cases_record_the_look(app: Flask) -> None:
    looks = {
        rule.rule: declared.look
        for rule in app.url_map.iter_rules()
        if (declared := declaration(app.view_functions[rule.endpoint])) and declared.look
    }
    assert looks == {
        "/tasks": "tasks",
        "/tasks/<item>": "task",
        "/cases": "cases",
        "/team": "team",
        **dict.fromkeys(PRIVACY, "privacy"),
        "/record": "record",
        "/record/checkpoints/<int:number>": "checkpoint",
        "/cases/<case>": "case",
        "/cases/<case>/start/<process>": "start",
        "/cases/<case>/parts/add": "add an organisation",
        "/cases/<case>/parts/<part>/end": "end a part",
        "/cases/<case>/team": "move a case",
        "/cases/<case>/as/<reader>": "as others see it",
        "/part-requests/<request_id>": "request for a part",
        "/cases/<case>/replay": "replay",
        "/cases/<case>/replay/<int:number>": "replay",
        "/cases/<case>/replay/steps.json": "replay",
        "/cases/<case>/guidance": "guidance",
        "/cases/<case>/looks": "looks",
        "/cases/<case>/export": "export",
        "/cases/<case>/restrict": "who may know of the case",
        "/cases/<case>/restriction/names": "who may know of the case",
        "/cases/<case>/restriction/end": "who may know of the case",
        "/privacy/bars": "bars",
        "/privacy/bars/<bar>": "bar",
        "/privacy/bars/<bar>/decide": "bar",
        "/privacy/restricted": "restricted",
        "/privacy/restricted/<restriction>/names": "restriction",
        "/privacy/restricted/<restriction>/end": "restriction",
        **(GLASS | HELD | RETENTION | SHARING | AROUND | ACTIONS | GIVING | FAMILIES | DIFFERENTLY),
        "/studio/changes/<change>/trial": "trial of a draft",
        "/studio/changes/<change>/story-of-case": "retelling",
    }


def test_a_page_that_declares_a_look_and_takes_none_is_not_shown(app: Flask) -> None:
    @page(may=PageRight.ANYONE, look="planted")
    def view(_visit: Visit) -> str:
        return "a child's name"

    app.add_url_rule("/planted", view_func=view)
    answer = app.test_client().get("/planted")
    assert (answer.status_code, "a child's name" in answer.text) == (500, False)


def test_what_is_read_without_a_look_may_name_no_case(app: Flask) -> None:
    @dataclass(frozen=True)
    class Named:
        cases_shown: tuple[str, ...] = ("some case",)

    with app.test_request_context("/refer"), pytest.raises(NoLook):
        current_visit().read_unlogged(lambda _connection, _actor, _now: Named())
