"""Where sentences are made: every piece of words that stands in the code and the templates of pages and packs."""

import ast
import re
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.builders import ROOT

TEMPLATES = ROOT / "webapp" / "templates"
# What says nothing of a case: before one is open, about the installation, or what a form asks.
OTHER_TEMPLATES = frozenset(
    (
        *("authority/changed.html", "authority/limit.html", "authority/remove_day.html", "authority/time_limits.html"),
        *("duty_list/change.html", "duty_list/list.html", "duty_list/remove.html"),
        *("directory/change.html", "directory/end.html", "directory/list.html"),
        *("authority/working_days.html", "cases/start.html", "copied.html", "errors/error.html", "export/export.html"),
        *("layout.html", "letters/caught.html", "record/record.html", "refer/refer.html", "refer/sent.html"),
        *("refer/kept.html", "refer/which_authority.html", "sign_in/not_kept.html", "sign_in/sign_in.html"),
        *("unchecked.html", "showing_who.html", "sign_in/second_step.html", "cases/as_others.html"),
        # In no story: tests/webapp/test_retention_pages.py.
        "cases/erased.html",
        "cases/dispute.html",
        # In no story: tests/webapp/test_corrections.py.
        *("cases/correct.html", "cases/reopen.html", "cases/separate.html", "cases/still_right.html", "resting.html"),
        # In no story: tests/webapp/test_departures.py.
        *("cases/differently.html", "cases/other_steps.html", "cases/decide_departure.html", "departures.html"),
        # In no story: tests/webapp/test_giving_tasks.py.
        *("tasks/hand_back.html", "tasks/open_work.html", "team/give.html", "team/share.html"),
        "cases/why_many.html",
        *("part_requests/ask.html", "part_requests/list.html", "part_requests/decide.html"),
    )
)
# Of the pathway and of drafts, of people with an account and of what is somebody's own, which are about no case. What a
# trial says of cases is held against the record in tests/engine/trial, what was carried over in
# tests/webapp/test_studio_carrying_over.py. What is kept from somebody is in no story:
# tests/engine/commands/test_keeping.py, tests/webapp/test_keeping_pages.py.
OTHER_FOLDERS = (
    *("studio/", "people/", "engine/reads/studio/", "account/", "second_factor/", "keeping/", "privacy/"),
    "retention/",
    "subject_access/",
    # Actions listed by themselves, and in the inbox: tests/webapp/test_actions.py.
    *("actions/of_case.html", "actions/action.html"),
    "life_events/",  # what has changed for a child: tests/webapp/test_life_events.py
    "around/",  # who is around the child: tests/webapp/test_people_around.py
    "shares/",  # what was shared, and what is wished: tests/webapp/test_shares.py
    *("agreements/", "single_sign_on/"),
    # Held against cases in tests/webapp/test_families.py.
    "families/",
)
MODULES = (
    "engine/reads",
    "engine/export",
    "engine/record/alarm_words.py",
    "engine/record/entry_words.py",
    "engine/record/words_beside_steps.py",
    "engine/record/kinds.py",
    "engine/record/kinds_of_signing_in.py",
    "engine/record/kinds_of_people.py",
    "engine/record/kinds_of_keeping.py",
    "engine/record/kinds_of_looks.py",
    "engine/record/kinds_of_retention.py",
    "engine/record/kinds_of_subject.py",
    "engine/facts/matching.py",
    "engine/facts/child_names.py",
    "webapp/words.py",
)
# The same of modules: limits, people and duty list of an authority, the pictures, the log for machines.
OTHER_MODULES = frozenset(
    (
        *("engine/reads/authority/administration.py", "engine/reads/authority/working_days_and_limits_pages.py"),
        # What is read of looks tells nothing of a child: tests/engine/reads/audit/test_unusual_looks.py.
        *("engine/reads/audit/looks_of_days.py", "engine/reads/audit/looks_reviewed.py"),
        *("engine/reads/audit/unusual_looks.py", "engine/reads/audit/parts_then.py"),
        "engine/reads/audit/restricted_then.py",
        *("engine/reads/case/erased_case.py", "engine/reads/task/erasure_pages.py"),
        "engine/reads/task/retention_pages.py",
        *("engine/reads/audit/who_could_see.py", "engine/reads/audit/held_then.py"),
        *("engine/reads/authority/organisation_pages.py", "engine/reads/authority/people_rows.py"),
        *("engine/export/printed.py", "engine/reads/authority/duty_list_page.py"),
        "engine/reads/authority/directory_page.py",
        *("engine/reads/authority/carry_overs.py", "engine/reads/authority/told_numbers.py"),
        *("engine/reads/audit/record_page.py", "engine/reads/task/start_page.py", "engine/reads/lists/roster.py"),
        *("engine/export/picture.py", "engine/export/symbols.py", "engine/export/net.py", "engine/export/xes.py"),
        *("engine/export/pack_words.py", "engine/export/stored.py", "engine/export/pack_tables.py"),
        # What is held of a child, for whoever asks: tests/engine/export/test_subject_pack.py.
        *("engine/export/subject_pack.py", "engine/reads/case/subject_items.py"),
        "engine/reads/case/subject_beside.py",
        *("engine/reads/case/subject_decisions.py", "engine/reads/case/subject_people.py"),
        # What was shared, and what is wished about that: tests/engine/commands/test_what_was_shared.py.
        *("engine/reads/case/what_was_shared.py", "engine/reads/task/sharing_pages.py"),
        # Who is around the child: tests/webapp/test_people_around.py, tests/engine/reads/case/test_genogram.py.
        *("engine/reads/case/around_page.py", "engine/reads/case/genogram.py"),
        *("engine/export/told_beside.py", "engine/reads/task/around_forms_pages.py"),
        # Where somebody proceeded differently: tests/engine/commands/test_proceeding_differently.py.
        *("engine/reads/case/departed.py", "engine/reads/task/departure_pages.py", "engine/reads/case/reasons_held.py"),
        *("engine/reads/task/subject_pages.py", "engine/reads/task/draft_pages.py"),
        *("engine/export/markup.py", "engine/export/pack.py", "engine/export/checkpoint_file.py"),
    )
)
# Names in the code and in mark-up: of classes, fields, shapes, types, files.
NO_WORDS = re.compile(
    r"[a-z_]*|[a-z]+([A-Z][a-z]+)+|[\W\d]*|[A-Za-z]{1,2}\d?|Row|Shown_co|\S*[#\[/=:.<>-]\S*|"
    r".*(govuk-|app-|%[A-Za-z]|width=|-src).*",
    re.DOTALL,
)
TAG = re.compile(r"<[^>]*>")
# Arguments that name what code reads: addresses, filters, tests.
CODE = (nodes.Test,)


def pieces() -> Iterator[tuple[str, str]]:
    """Each file with each piece of words in it."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if name not in OTHER_TEMPLATES and not name.startswith(OTHER_FOLDERS):
            yield from ((name, piece) for piece in _of_template(path.read_text(encoding="utf-8")))
    for place in MODULES:
        for path in sorted((ROOT / place).rglob("*.py")) if (ROOT / place).is_dir() else [ROOT / place]:
            name = path.relative_to(ROOT).as_posix()
            if name not in OTHER_MODULES and not name.startswith(OTHER_FOLDERS):
                yield from ((name, piece) for piece in _of_module(ast.parse(path.read_text(encoding="utf-8"))))


def _is_words(text: str) -> bool:
    return not NO_WORDS.fullmatch(text.strip())


def _of_module(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        is_said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)  # a docstring
        if is_said or isinstance(node, ast.Raise):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_words(node.value):
            yield " ".join(node.value.split())
        yield from _of_module(node)


def _of_template(source: str) -> Iterator[str]:
    """The texts between tags, and the words of expressions that stand there."""
    text = "".join(_flat(Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(source)))
    for piece in re.split("\0", TAG.sub("\0", text)):
        if _is_words(piece):
            yield " ".join(piece.split())


def _flat(node: nodes.Node) -> Iterator[str]:
    """What is written, in order; what is worked out between NULs, each of its words by itself."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Output):
        for one in node.nodes:
            yield from _flat(one) if isinstance(one, nodes.TemplateData) else ("\0", *_words_of(one), "\0")
    else:
        for child in node.iter_child_nodes():
            yield from ("\0", *_flat(child), "\0") if not isinstance(child, nodes.Expr) else ()


def _words_of(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield f"\0{node.value}\0"
    if isinstance(node, CODE) or (isinstance(node, nodes.Call) and getattr(node.node, "name", "") == "url_for"):
        return
    for child in node.iter_child_nodes():
        yield from _words_of(child)
