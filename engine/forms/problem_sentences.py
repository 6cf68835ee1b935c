"""What is wrong with an answer, in a sentence that names the question: for the error summary and beside the field."""

from collections.abc import Callable
from typing import Any

from engine.forms.questions import SEVERAL, Question

NOT_A_FORM = "The answers must be a set of named fields"
TOO_MUCH = "The answers are too long: together they may be {0:,} characters at most"
TOO_DEEP = "The answers are nested too deeply"
TOO_LARGE = "A number or a list in the answers is too large"
NOT_ASKED = "There is no question called “{0}”"
DO_NOT_FIT = "The answers do not fit together"
ROW_MISSING = "Answer for “{0}” under “{1}”"
ROW_TWICE = "“{0}” is answered for twice"

# To be completed with the question as the subject.
UNREADABLE = "{0} must not contain control characters: type it again, or paste it as plain text"
TURNS_TEXT = "{0} must not contain hidden characters that turn the direction of writing: type it again without them"
ONE_LINE = "{0} must be on one line"
NOT_A_TIME = "{0} must be a real date and time"
NO_SUCH_TIME = "{0} must be a time that existed: the clocks went forward then, from 1am to 2am"
FAR_YEAR = "{0} must have a year from 1900 to 2199"

_CHOSEN = frozenset({"yes_no", "one_of"})
_TAKES_NO_ARTICLE = frozenset(
    {
        "a",
        "all",
        "an",
        "any",
        "how",
        "if",
        "the",
        "their",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "who",
        "why",
        "your",
    }
)
_FORMATS = {"date": "a real date", "email": "an email address, like name@example.org"}
_LONGEST_NAME = 60


def named(question: Question) -> str:
    """The question as the subject of a sentence."""
    return f"The answer to “{question.title}”" if _asks(question) else question.title


def missing(question: Question) -> str:
    if question.kind == "list":
        return f"Add at least one answer under “{question.title}”"
    if question.kind in SEVERAL:
        return f"Choose at least one answer to “{question.title}”"
    if question.choices or question.kind in _CHOSEN:
        return f"Choose an answer to “{question.title}”"
    if question.kind == "file":
        return f"Choose a file for “{question.title}”"
    return f"Answer the question “{question.title}”" if _asks(question) else f"Enter {_within(question.title)}"


def wrong(question: Question, keyword: str, limit: Any) -> str:
    """One refusal of JSON Schema: its keyword ("maxLength") and what the form says there (500)."""
    if keyword == "type":
        return f"{named(question)} must be {_type_wanted(question, limit)}"
    sentence = _SENTENCES.get(keyword)
    return sentence(question, limit) if sentence else f"{named(question)} is not a valid answer"


def shortened(name: str) -> str:
    """A field's name as somebody sent it, fit to be shown."""
    readable = "".join(character if character.isprintable() else "?" for character in name[: _LONGEST_NAME + 1])
    return readable if len(readable) <= _LONGEST_NAME else f"{readable[:_LONGEST_NAME]}…"


def _asks(question: Question) -> bool:
    return question.title.endswith("?")


def _within(title: str) -> str:
    """A title inside a sentence: "Date of birth" becomes "the date of birth"; "GP surgery" keeps its capitals."""
    first = title.split(" ", 1)[0]
    lowered = title[:1].lower() + title[1:] if first == first.capitalize() else title
    return lowered if first.lower() in _TAKES_NO_ARTICLE else f"the {lowered}"


def _type_wanted(question: Question, limit: Any) -> str:
    if question.kind == "list":
        return "a list of answers, each with its own fields"
    if question.kind in SEVERAL:
        return "a list of choices"
    if question.kind in _CHOSEN:
        return "one of the choices"
    if question.kind == "number":
        return "a whole number" if limit == "integer" else "a number"
    return {"date": "a date", "date_time": "a date and time"}.get(question.kind, "text")


def _unlisted(question: Question, _limit: Any) -> str:
    if not question.choices:
        return f"There is nothing to choose from for “{question.title}”"
    which = "from the answers" if question.kind in SEVERAL else "one of the answers"
    return f"Choose {which} to “{question.title}”"


def _too_few(question: Question, limit: Any) -> str:
    verb = "Choose" if question.kind in SEVERAL else "Add"
    return f"{verb} at least {limit} under “{question.title}”"


def _too_many(question: Question, limit: Any) -> str:
    verb = "Choose" if question.kind in SEVERAL else "Add"
    return f"{verb} at most {limit} under “{question.title}”"


_SENTENCES: dict[str, Callable[[Question, Any], str]] = {
    "oneOf": _unlisted,
    "enum": _unlisted,
    "const": _unlisted,
    "minItems": _too_few,
    "maxItems": _too_many,
    "maxLength": lambda question, limit: f"{named(question)} must be {limit:,} characters or fewer",
    "minLength": lambda question, limit: f"{named(question)} must be {limit:,} characters or more",
    "minimum": lambda question, limit: f"{named(question)} must be {limit:,} or more",
    "maximum": lambda question, limit: f"{named(question)} must be {limit:,} or less",
    "format": lambda question, limit: f"{named(question)} must be {_FORMATS.get(limit, limit)}",
    "uniqueItems": lambda question, _limit: f"{named(question)} must not name the same thing twice",
}
