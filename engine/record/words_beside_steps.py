"""Sentences of entries about what stands beside the steps of a case: what was shared, what is wished about that, who is
around the child,
what was agreed that somebody does, what was put right, and where somebody proceeded differently from the drawing.
"""

from datetime import date

from engine.record.entry_words import EntryTitles, Said

_CONSENT = {
    "given": "with consent",
    "refused": "though they refused",
    "not_sought": "without asking for consent",
}


def shared(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    """With whom is told by the list of what was shared: an entry names agencies by their ids."""
    how = _CONSENT.get(said.get("consent", ""), "")
    told = f"Information was shared, {how}" if how else "Information was shared"
    return told if redacted or not said.get("what") else f"{told}: {said['what']}"


def sharing_wish(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    whose = "a parent" if said.get("whose") == "parent" else "the child"
    if said.get("withdrawn"):
        return f"What {whose} wished about sharing holds no longer"
    told = f"What {whose} wishes about sharing was {'changed' if said.get('ends') else 'recorded'}"
    return told if redacted or not said.get("what") else f"{told}: {said['what']}"


_OF_A_PERSON = {
    "person": "Who is around the child",
    "responsibility": "Whether somebody has parental responsibility",
    "household": "Where somebody around the child lives",
    "risk": "Whether somebody is a risk to the child",
    "communication": "How to communicate",
}
_ENDED = {"changed": "was changed", "over": "holds no longer", "died": "holds no longer, as they have died"}


def personal_fact(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    what = _OF_A_PERSON.get(said.get("kind", ""), "Something about the child")
    if said.get("ended_as") == "wrong":
        became = "was recorded wrongly" if said.get("only_ends") else "was put right"
    else:
        became = _ENDED.get(said.get("ended_as", ""), "was recorded")
    told = f"{what} {became}"
    return told if redacted or not said.get("kind") else f"{told}: {said.get('name') or 'the child'}"


def taken_over(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    """The reference is that of a child."""
    told = "The case was taken over from another system: nothing that was done there is counted as done here"
    return told if redacted else f"{told}. There it was called {said.get('old_reference', '')}"


def answers_corrected(said: Said, titles: EntryTitles, redacted: bool) -> str:
    why = f": {said.get('reason', '')}" if not redacted else ""
    return f"Answers to “{titles.element or titles.run or 'a form'}” were corrected{why}"


def rests_on_corrected(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return f"“{titles.element or titles.run or 'A form'}” rests on an answer that was corrected, and is looked at again"


def found_still_right(said: Said, titles: EntryTitles, redacted: bool) -> str:
    what = f"“{titles.element or titles.run or 'A form'}” was looked at again and is still right"
    return what if redacted else f"{what}: {said.get('note', '')}"


def case_reopened(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    why = f": {said.get('reason', '')}" if not redacted else ""
    return f"The case was opened again, as it had been closed by mistake{why}"


def gave_back(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    why = f": {said.get('reason', '')}" if not redacted else ""
    return f"A case that had been joined to this one was separated again, as it is another child’s{why}"


def separated(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    why = f": {said.get('reason', '')}" if not redacted else ""
    return f"The case was separated again from the one to which it had been joined, as that is another child’s{why}"


def restored(_said: Said, titles: EntryTitles, _redacted: bool) -> str:
    return f"{titles.run or 'A process'} goes on again"


def action_agreed(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    """For whom is told by the list of actions: an entry names people and agencies by their ids."""
    if redacted or not said.get("what"):
        return "An action was agreed"
    return f"An action was agreed, to be done by {_day(said['by_when'])}: {said['what']}"


_BECAME = {"done": "was done", "overtaken": "was overtaken", "refused": "was refused", "open": "is open again"}


def action_told(said: Said, _titles: EntryTitles, redacted: bool) -> str:
    if said.get("state") not in _BECAME:
        return "It was said what became of an action"
    told = f"An action {_BECAME[said['state']]}"
    if redacted:
        return told
    why = f": {said['why']}" if said.get("why") else ""
    return f"{told}: {said['what']}{why}"


def _day(said: str) -> str:
    day = date.fromisoformat(said)
    return f"{day.day} {day:%B %Y}"


_HOW = {
    "skip": "“{}” is not done as drawn",
    "repeat": "“{}” is done once more",
    "open": "“{}” is done out of order",
}


def departed(said: Said, titles: EntryTitles, redacted: bool) -> str:
    agreed = " (a manager agreed)" if "asked_by" in said else ""
    return f"Proceeded differently: {_how(said, titles)}{agreed}{_why(said, redacted)}"


def departure_asked(said: Said, titles: EntryTitles, redacted: bool) -> str:
    return f"A manager was asked to agree that {_how(said, titles)}{_why(said, redacted)}"


def departure_refused(said: Said, titles: EntryTitles, redacted: bool) -> str:
    return f"A manager did not agree that {_how(said, titles)}{_why(said, redacted)}"


def _how(said: Said, titles: EntryTitles) -> str:
    return _HOW.get(said.get("how", ""), "“{}” goes otherwise").format(titles.element or "a step")


def _why(said: Said, redacted: bool) -> str:
    return f": {said['reason']}" if said.get("reason") and not redacted else ""
