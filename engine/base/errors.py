"""What can be refused: the code by which a program knows it, and the words in which a person is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class RefusalCode(StrEnum):
    """Every cause for which something is refused, each with its meaning. docs/refusals.md lists them.

    What a program, a log or the record is to tell apart has a code of its own; sentences may change, codes may not.
    """

    meaning: str

    def __new__(cls, code: str, meaning: str) -> "RefusalCode":
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    NOTHING_HERE = "nothing_here", "There is none, or this person may not know of it."
    UNKNOWN_NAME = "unknown_name", "A process, role, agency, team or authority of this name does not exist."
    UNKNOWN_ACCOUNT = "unknown_account", "Nobody has such an account."
    TEAM_NEEDED = "team_needed", "The role works in a team, and no team was named."
    NOT_OPEN_TO_ANYONE = "not_open_to_anyone", "The models have no referral that anyone may make without an account."

    ROLE = "role", "None of the roles that may do this is held, in this agency or team."
    OWN_WORK = "own_work", "Nobody judges their own work."
    TAKEN_BY_ANOTHER = "taken_by_another", "A colleague has taken the task and has not handed it back."
    SYSTEM_ONLY = "system_only", "The product itself does this, and no person."
    SIGN_IN_FIRST = "sign_in_first", "Only somebody who is signed in may do this."
    SIGN_IN_FAILED = "sign_in_failed", "The address and the password do not fit together, or the account is closed."
    PASSWORD = "password", "This is not the password of whoever is signed in."
    SECOND_FACTOR = "second_factor", "The code or passkey is not that of whoever is signing in."
    SEES_OWN_AGENCY_ONLY = "sees_own_agency_only", "The page shows answers of every agency; this person sees their own."
    OVERSIGHT_ONLY = "oversight_only", "Only those who oversee, and work in no case, may do this."
    OVERSIGHT_READS_ONLY = "oversight_reads_only", "Whoever knows of the case by oversight alone does not work in it."
    MANAGES_NO_TEAM = "manages_no_team", "The page is for those who manage a team."

    SECOND_ADMINISTRATOR = "second_administrator", "One administrator alone does not give this role; a second agrees."
    OPENS_MUCH = "opens_much", "An administrator alone does not let in whoever oversees or administers, or is to."
    OWN_RIGHTS = "own_rights", "Nobody gives rights to themselves, or takes away by a slip what lets them work here."
    LAST_ADMINISTRATOR = "last_administrator", "Nobody would be left who administers the people of the authority."

    COMPLETED = "completed", "The task was completed already."
    WITHDRAWN = "withdrawn", "The task was withdrawn."
    LETTER_SETTLED = (
        "letter_settled",
        "The letter waits, has left or is not needed: nothing is to be decided.",
    )
    REQUEST_DECIDED = "request_decided", "The request for a part in a case was decided already."
    PART_OVER = "part_over", "The part that an organisation had in the case has ended already."
    ACTION_OVER = "action_over", "Somebody has said already what became of the action."
    WISH_OVER = "wish_over", "A wish about sharing holds no longer: another took its place, or it was withdrawn."
    FACT_OVER = "fact_over", "What is known of the child or of somebody around them holds no longer, or never did."
    FACT_KNOWN = "fact_known", "That is recorded already, of which somebody has one at a time: it is changed."
    ROLE_OVER = "role_over", "The role, or what was proposed about it, is over or settled already."
    ACCOUNT_SO = "account_so", "The account is disabled already, or is not disabled."
    NAMED_ALONE = "named_alone", "The case is restricted, so that no organisation as a whole knows of it."
    SUBJECT_CLOSED = "subject_closed", "The request for what is held of a child is closed."
    SUBJECT_MADE = "subject_made", "The pack of the request was made, so that what was decided stands."
    SUBJECT_LEFT = "subject_left", "Something that is held of the child has not been decided yet."
    SUBJECT_KEPT = "subject_kept", "A case of the child is restricted, and whoever makes the pack is not named in it."
    PART_HAS_WORK = "part_has_work", "Something in the case is still for the organisation whose part is to end."
    CANNOT_MIGRATE = "cannot_migrate", "What runs cannot go over to these models, or not back any more."
    CHANGED_MEANWHILE = "changed_meanwhile", "Somebody else has decided it meanwhile, or it is not so any more."
    SAVED_MEANWHILE = "saved_meanwhile", "Somebody has saved the file since it was read, and it is not overwritten."
    CHANGE_NOT_OPEN = "change_not_open", "The draft of the pathway is not, or no longer, in a state that allows this."
    BOTH_CHANGED = "both_changed", "The draft and what was published meanwhile changed the same file or part of it."
    BAD_FILE = "bad_file", "The file can be none of the models: its path or its size, or there are too many."
    NOTHING_CHANGED = "nothing_changed", "The draft is the same as what is in force."
    OTHER_BASE = "other_base", "Other models have been put in force since the draft was made."
    SECOND_PERSON = "second_person", "Whoever had a hand in something is not its second person."
    LOOKED_AT_ANOTHER = "looked_at_another", "The draft is not as it was when it was looked at."
    BEYOND_WORDS = "beyond_words", "Whoever changes words alone would have changed more than words."
    NOT_BEGUN_BY = "not_begun_by", "Somebody else began the draft, and a process owner closes it or opens it again."
    REASON_NEEDED = "reason_needed", "The record keeps why this is done, and no reason was given."
    CASE_CLOSED = "case_closed", "The case is closed, and this does not begin in a closed case."
    CLOSURE_BLOCKED = "closure_blocked", "Something that must be finished first keeps the case open."
    NOT_JOINED = "not_joined", "The case was not joined to the other one, or was separated from it already."
    CANNOT_SEPARATE = "cannot_separate", "Another case says as well that these two are one child."
    CANNOT_REOPEN = "cannot_reopen", "The case was not closed today, or goes on elsewhere; a new referral is the way."
    NOT_WHILE_PLAN = "not_while_plan", "A plan is in force, and there cannot be a second."
    NEVER_DIFFERENTLY = "never_differently", "The models never allow proceeding differently at this step."
    STEP_OPEN = "step_open", "The step is open already, so that it is not opened a second time."
    DONE_BEFORE = "done_before", "The step was done in this process already, so that it is repeated, not opened."
    NOT_NOW = "not_now", "It cannot be done now; those who oversee cases can say why."
    CANNOT_HAVE_HAPPENED = "cannot_have_happened", "By what is recorded, it cannot have happened to this child."
    NOT_TOGETHER = "not_together", "The tasks are not one step, with one form, of different children of one family."
    NOT_BY_HAND = "not_by_hand", "The system alone makes this choice."
    DECIDED_TOO_LONG_AGO = "decided_too_long_ago", "The days in which the decision may be disputed are over."
    NOT_DUE = "not_due", "The case is not due to be erased, or something keeps it."
    CASE_NEEDED = "case_needed", "The process begins in a case, and none was chosen."
    NOT_YET_OPEN = "not_yet_open", "The task has not been open in this case."
    NO_DUTY_TEAM = "no_duty_team", "No team of the authority takes referrals."
    NOTHING_PUBLISHED = "nothing_published", "The authority has no models in force."
    NO_AUTHORITY = "no_authority", "The installation holds no authority yet."
    WHICH_AUTHORITY = "which_authority", "It is not said for which authority this is to be done."
    SHARED_LIMIT = "shared_limit", "The law or the guidance sets the limit for every authority."
    NO_LIMIT = "no_limit", "The day is chosen each time, so there is no limit to set."
    NO_CLOSURE_DAY = "no_closure_day", "The day is not among the closure days of the authority."
    NAME_TAKEN = "name_taken", "An authority of this id or host name exists already."
    ADDRESS_TAKEN = "address_taken", "An account with this address exists already."
    TOO_SOON = "too_soon", "Wrong passwords were given, and the next is looked at only after a while."
    WORD_OVER = "word_over", "The one-time link or code was used, has run out, or was never given."
    HAS_ADMINISTRATOR = "has_administrator", "The authority has an administrator, so that there is no first to make."
    HAS_APP = "has_app", "The account has an app that shows codes already."
    NO_APP = "no_app", "No app that shows codes is being set up."
    ONLY_PASSWORD = "only_password", "Nothing can be written, so that no second factor can be looked at."
    LINKED_ELSEWHERE = "linked_elsewhere", "Whoever the provider of single sign-on means has another account."
    NOTHING_TO_SIGN = "nothing_to_sign", "The organisation has nothing to sign, or has signed it."
    ANOTHER_VERSION = "another_version", "Another version of the code of conduct holds than was read."
    BUSY = "busy", "Too many are signing in at this moment."
    NO_STORY = "no_story", "No story can be made of what the record of the case says."
    DATABASE_HELD = "database_held", "The database holds data already, and this needs an empty one."
    NO_DATABASE_ROLES = "no_database_roles", "The kind of database has no roles."
    NOT_KEPT_OUTSIDE = "not_kept_outside", "The checkpoint is made, but its file could not be written."
    STORY_FAILS = "story_fails", "A story of the demonstration does not come out with these models."
    TRY_WENT_ON = "try_went_on", "The try of a draft went on in another window, or is over."
    TRY_TOO_LONG = "try_too_long", "The try of a draft has as many steps, or as many words, as one may have."
    TRY_TOO_MANY = "try_too_many", "Others are trying drafts by hand at this moment."
    TRY_NOT_SO = "try_not_so", "What was asked for does not go where the try of a draft stands."
    STORIES_NOT_PLAYED = "stories_not_played", "The stories beside the models have not been played with this program."
    STORIES_FAIL = "stories_fail", "A story beside the models does not come out with them, so they are not published."

    NOT_SAVED = "not_saved", "The case did not fit together afterwards, so the command was undone."
    ANSWERS = "answers", "The answers cannot be taken; the problems stand by field."


class Refusal(Exception):
    """A command was refused and nothing changed. `str(refusal)` may be shown to the person, `code` is for programs."""

    def __init__(self, message: str, *, code: RefusalCode) -> None:
        self.code = code
        super().__init__(message)

    @property
    def message(self) -> str:
        return str(self)


class NotFound(Refusal):
    """There is none, or this person may not know of it: the two are told apart nowhere."""

    def __init__(
        self,
        message: str = "There is nothing here, or it is not yours to see.",
        *,
        code: RefusalCode = RefusalCode.NOTHING_HERE,
    ) -> None:
        super().__init__(message, code=code)


class NotAllowed(Refusal):
    """Not for this person, whether or not the task is open."""


class AlreadyDone(Refusal):
    """Completed or withdrawn, and not open again. `by` is empty where the process itself withdrew it."""

    def __init__(self, message: str, *, code: RefusalCode, by: str = "", at: datetime | None = None) -> None:
        super().__init__(message, code=code)
        self.by = by
        self.at = at


class NotPossible(Refusal):
    """Whatever the answers, the case does not allow it now."""


class NotSaved(Refusal):
    """The case did not fit together, so nothing of the command has happened. No fault of the person's."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code=RefusalCode.NOT_SAVED)


class BadAnswers(Refusal):
    """These answers cannot be taken.

    `problems` maps the path of a field ("held_at", "told.0.reason", "" for the form as a whole) to a sentence.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        sentences = (f"{field or 'form'}: {sentence}" for field, sentence in self.problems.items())
        super().__init__("; ".join(sentences), code=RefusalCode.ANSWERS)


class BadAnswersOfEach(BadAnswers):
    """The same, where one page asks for several children: `of_each` are the problems by the task of each child, `names`
    what each is called. As `problems` the path begins with the id of the task, and the sentence names the child.
    """

    def __init__(self, of_each: Mapping[str, Mapping[str, str]], names: Mapping[str, str]) -> None:
        self.of_each = {task: dict(problems) for task, problems in of_each.items()}
        self.names = dict(names)
        found = ((task, path, sentence) for task, those in self.of_each.items() for path, sentence in those.items())
        super().__init__({f"{task}.{path}" if path else task: f"{names[task]}: {said}" for task, path, said in found})


class CaseBroken(Exception):
    """What a command would have left behind in a case contradicts itself. Ids and names of the model, nothing said."""

    def __init__(self, case: str, faults: Iterable[str]) -> None:
        self.case = case
        self.faults = tuple(faults)
        super().__init__(f"{case}: {'; '.join(self.faults)}")


class OtherVersion(Exception):
    """What is stored was written by another version of the product, which reads it: nothing is wrong with the case."""


Level = Literal["fault", "doubt"]
KindOfFile = Literal["drawing", "form", "table"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something amiss in a model: where it stands and what to do about it. `line` is 0 where there is none.

    `rule` is one of docs/linter.md. `field` is the question of a form that it is about. What follows from one and the
    same mistake has the same `cause`, which names what is missing; empty where nothing else follows.
    """

    file: str
    element: str
    line: int
    message: str
    rule: str = ""
    field: str = ""
    cause: str = ""

    @property
    def level(self) -> Level:
        """A fault is wrong whatever was meant. A doubt may be what was meant, and somebody says so."""
        return "fault"

    @property
    def kind(self) -> KindOfFile:
        return "drawing" if self.file.endswith(".bpmn") else "form" if self.file.endswith(".json") else "table"

    def told(self) -> dict[str, str | int]:
        """For a program that reads it."""
        where = {"file": self.file, "kind": self.kind, "element": self.element, "field": self.field, "line": self.line}
        return {**where, "level": self.level, "rule": self.rule, "cause": self.cause, "message": self.message}

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = f"{place}: {self.element}: {self.message}" if self.element else f"{place}: {self.message}"
        marked = ", ".join(mark for mark in (self.rule, "doubt" if self.level == "doubt" else "") if mark)
        return f"{said} ({marked})" if marked else said


def by_cause(problems: Iterable[Problem]) -> list[tuple[Problem, tuple[Problem, ...]]]:
    """The first of each cause, with what follows from the same mistake; in the order given."""
    found: dict[str, list[Problem]] = {}
    for number, problem in enumerate(problems):
        found.setdefault(problem.cause or str(number), []).append(problem)
    return [(first, (*others,)) for first, *others in found.values()]


class BadModel(Exception):
    """A drawing, form or table cannot be used. Holds every problem found, not the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
