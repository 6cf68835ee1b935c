"""Every word that a story may use, with what it means: read by the parser, and printed into docs/scenarios.md."""

from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType

from engine.tables.alarm_tables import PLACES


@dataclass(frozen=True, slots=True)
class Word:
    """A key of a story. `kind` is the Python type that TOML gives for it, `looks` how it is written, for people."""

    name: str
    kind: type | UnionType
    looks: str
    says: str


STORY = (
    Word("title", str, '"Neglect: a child in need"', "What the story shows."),
    Word("strict", bool, "true", "Nothing is filled in: a required field that a step leaves out is refused."),
    Word("child", dict, "[child.ada]", "One table a child, named as the steps call its case."),
    Word("step", list, "[[step]]", "What happens, in order."),
)

CHILD = (
    Word("given_name", str, '"Ada"', "Left out: the name of the table."),
    Word("family_name", str, '"Example"', "Left out: Example."),
    Word("born", date, "2011-06-03", "The date of birth."),
    Word("expected", date, "2026-03-02", "For a child not yet born: the date it is expected."),
)

VERBS = (
    Word("start", str, '"referral"', "Starts a process. A referral opens a case, or joins the child's open one."),
    Word("do", str, '"decide_response"', "Completes an open task, claiming it first."),
    Word("claim", str, '"decide_response"', "Takes an open task."),
    Word(
        "release",
        str,
        '"decide_response"',
        "Gives back a task that was taken, or given; `with = { reason = ... }` says why.",
    ),
    Word(
        "reassign",
        str,
        '"write_assessment"',
        'A manager gives an open task to the person that `to` names, or with `to = "team"` back to the team; '
        "`with = { reason = ... }` says why.",
    ),
    Word(
        "send",
        str,
        '"taken"',
        "What the mail server says to each letter that waits: `taken`, `refused`, `down`, or `silent` when it has been "
        'sent whole. As `"system"`; without it no letter leaves.',
    ),
    Word(
        "look",
        str,
        '"case"',
        "Opens the page of the case. Who is of the team that has it ends its alarms by that.",
    ),
    Word(
        "duty",
        str,
        '"first"',
        "The person is on duty from now on, `first` or `second`; `with = { until = 2013-09-03T09:00:00 }` says until "
        "when, else for a day.",
    ),
    Word(
        "record",
        str,
        '"wish"',
        "Records in the case what was shared (`share`), what the child or a parent wishes about that (`wish`), or that "
        "the newest wish holds no longer (`withdrawal`), adds an action by hand (`action`), names somebody around the "
        "child (`person`), says something of them (`fact`), or that it is otherwise (`changed_fact`) or over "
        "(`ended_fact`): `with` says of whom (`of`, left out: the child) and what (`kind`). Or puts a `service` into "
        "the directory or changes it.",
    ),
    Word(
        "act",
        str,
        '"Ring the school"',
        "Says what became of the action that says this: `state` is `overtaken`, `refused`, `open` for one that is open "
        "after all, or `done`, which it is where it is left out; `why` says why.",
    ),
    Word(
        "holiday", date, "2013-12-24", "An administrator adds a closure day; `with = { name = ... }` says what it is."
    ),
    Word(
        "publish",
        str,
        '"A shorter title"',
        "Puts other models in force, as a new release of the program does: those that are, with some texts of their "
        'files changed, `with = { "timescales.csv" = { "Visit the child" = "See the child" } }`. Each of these texts '
        'stands there once. As `"system"`; what runs stays on its models.',
    ),
    Word(
        "correct",
        str,
        '"referral.decide_response"',
        "Puts right what was answered there last, `start` for the form that began a process: `with` says what is "
        "answered otherwise (an empty text: not at all), `reason` why, `occurrence` which time it was done.",
    ),
    Word(
        "depart",
        str,
        '"interview_family"',
        'Proceeds differently at a task: `how = "skip"` goes on without it, by what `with` states; `"repeat"` opens it '
        'once more, `"open"` before the process comes to it. `reason` says why. What takes a manager is agreed to by '
        "`approved_by`, or waits for one.",
    ),
    Word(
        "take_over",
        str,
        '"child_in_need_plan"',
        "The child comes from another system, and this process, which is open to that, begins by what `with` says. The "
        "person of the step leads the case; children of one last name are brothers and sisters.",
    ),
    Word(
        "life",
        str,
        '"record_death"',
        "Records what happened in the child's life: `record_birth`, `record_death`, `record_departure_abroad`, or "
        "`record_change` of a name, address, carer, school or legal status; `on` says when.",
    ),
    Word(
        "separate",
        str,
        '"ada.2"',
        "Takes a case apart again that was joined to another, as they are two children’s: `reason` says why, "
        '`with = { goes = ["assessment"] }` which of the processes that people began since are about this child.',
    ),
    Word("reopen", bool, "true", "Opens a case again on the day on which it was closed by mistake; `reason` says why."),
    Word(
        "migrate",
        str,
        '"referral"',
        "A process owner carries a process that runs in the case over to the models in force; "
        "`with = { reason = ..., hands_back = true }` says why, and that a task is handed back whose owner may not do "
        "it any more.",
    ),
)

STEP = (
    Word(
        "at",
        datetime,
        "2013-09-02T10:15:00",
        "When, in London. Left out: at the time of the step before. What falls due on the way happens, in order.",
    ),
    Word(
        "as",
        str,
        '"social_worker"',
        'Who: a role. `"social_worker.2"` is a second person of it; `public` and `other_authority` have no account.',
    ),
    Word(
        "case",
        str,
        '"ada"',
        "Whose case. With one child it may be left out, and is the child's newest case. `other.1` is the first "
        "referral of a child whom the story does not name.",
    ),
    Word(
        "cases",
        list,
        '["ada", "ben"]',
        "The cases of several children of a family, whom one `do` or `start` serves at once: for all or for none. "
        "`with` is what all of them are answered, and what is expected holds of each.",
    ),
    Word("each", dict, '{ ada = { response = "assessment" } }', "Of several cases, what each is answered beside that."),
    Word("with", dict, '{ response = "assessment" }', "The answers. Required fields that are left out are filled in."),
    Word("to", str, '"social_worker.2"', "With `reassign`: who is to do it, or `team`."),
    Word("for", str, '"police"', "Which one, of a task that several agencies have."),
    Word("refused", str, '"NotAllowed"', "The command must be refused with this error, and nothing may change."),
    Word("fields", list, '["reason"]', 'With `refused = "BadAnswers"`: the fields that are refused.'),
    Word("on", date | datetime, "2014-03-08", "With `life`: the day on which it happened."),
    Word("reason", str, '"It was another day."', "Why something is put right; left out, the story says so."),
    Word("occurrence", int, "1", "Which time it was done, of what is put right; left out, the last."),
    Word("state", str, '"refused"', "With `act`: what became of the action."),
    Word("why", str, '"The mother does not want it."', "With `act`: why, or what came of it."),
    Word("how", str, '"skip"', "With `depart`: `skip`, `repeat` or `open`."),
    Word(
        "approved_by",
        str,
        '"team_manager"',
        "With `depart`: the manager who agrees, where the models ask for one; else nothing is asked of them.",
    ),
    Word("outage", bool, "true", "The system was down until this step, and catches up once."),
    Word("expect", dict, '{ case = "open" }', "What must then be so; `expect.open = [...]` says the same."),
)

EXPECTATIONS = (
    Word("open", list, '["contribute(police)"]', "Exactly these tasks are open."),
    Word("has", list, '["decide_response"]', "These tasks are open; others may be."),
    Word("not_open", list, '["write_assessment"]', "None of these tasks is open."),
    Word("due", dict, "{ response_decision = 2013-09-03 }", "When a clock is due: running, met or stopped."),
    Word(
        "met",
        dict | list,
        "{ response_decision = 2013-09-02 }",
        "When a clock was met; a list of clocks: that they were.",
    ),
    Word("late", list, '["assessment"]', "These clocks passed and were not met in time."),
    Word("not_late", list, '["assessment"]', "These clocks are not late: met or stopped in time, or not due yet."),
    Word("stopped", list, '["assessment"]', "These clocks were stopped without being met."),
    Word("data", dict, '{ "decide_response.response" = "assessment" }', "The decision last taken in a task."),
    Word(
        "duty",
        dict,
        '{ "SE-02" = "not done" }',
        "What the case held beside the guidance says of a duty: `done`, `done otherwise`, `not done`, `open`, "
        "`did not arise`.",
    ),
    Word("running", list, '["assessment"]', "Of each of these processes, one is running."),
    Word("ended", list, '["referral"]', "Of each of these processes, one has ended."),
    Word("not_running", list, '["assessment"]', "None of these processes is running."),
    Word(
        "alarm",
        str,
        '"second"',
        "Who was told last of the newest alarm, `first`, `second` or `managers`; `over` where somebody opened it, "
        "`none` where none was raised.",
    ),
    Word("departures", int, "0", "How often somebody proceeded differently from the drawing."),
    Word("case", str, '"closed"', "`open` or `closed`."),
    Word("lead", str, '"social_worker.2"', "Who is the lead social worker of the case; `nobody` where there is none."),
    Word(
        "actions",
        dict,
        "{ open = 2, done = 1 }",
        "How many actions of the case are in each of these states: `open`, `done`, `overtaken`, `refused`.",
    ),
    Word("around", dict, '{ "Maria.lives" = "yes" }', "What holds of whoever is called so, or of `child`."),
    Word("family_cases", int, "3", "How many cases the family has."),
)

ALARMS = (*PLACES, "over", "none")
ACT, ON, TAKE_OVER = "act", "on", "take_over"
AROUND = ("person", "fact", "changed_fact", "ended_fact")
RECORD, RECORDS = "record", ("share", "wish", "withdrawal", "action", "service", *AROUND)
MAIL_SERVER = ("taken", "refused", "down", "silent")
REFUSALS = ("NotFound", "NotAllowed", "AlreadyDone", "NotPossible", "BadAnswers")

TABLES = (
    ("A story", STORY),
    ("A child", CHILD),
    ("What a step may do", VERBS),
    ("What else a step may say", STEP),
    ("What a step may expect", EXPECTATIONS),
)


def described() -> str:
    """All the words as tables in Markdown: docs/scenarios.md holds them, `throughline scenario --words` prints them."""
    blocks: list[str] = []
    for title, words in TABLES:
        rows = [f"| `{word.name}` | `{word.looks}` | {word.says} |" for word in words]
        blocks.append("\n".join([f"### {title}", "", "| Key | Written like | Says |", "|---|---|---|", *rows]))
    return "\n\n".join(blocks)
