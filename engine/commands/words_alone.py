"""Whoever changes words alone is held to it wherever a draft is saved, whichever way the save came."""

from collections.abc import Mapping

from engine.base.errors import BadModel, NotPossible, RefusalCode
from engine.difference.beyond_words import beyond_words
from engine.facts.change_files import ChangeRow
from engine.facts.models import is_story, model_of
from engine.people.command import Work

MOST_NAMED = 3


def must_be_words(work: Work, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Raises NotPossible that names what goes beyond words between these files, where the actor changes words alone.

    So does what cannot be read: of that nobody can say whether it is words.
    """
    if not work.actor.writes_words_alone:
        return
    try:
        found = _beyond(before, after)
    except BadModel as bad:
        words = f"You change words alone, and the draft could not be read with this: {bad.problems[0]}"
        raise NotPossible(words, code=RefusalCode.BEYOND_WORDS) from None
    if found:
        more = f" There is more of this: {len(found) - MOST_NAMED}." if len(found) > MOST_NAMED else ""
        named = " ".join(found[:MOST_NAMED])
        words = f"You change words alone, and this goes beyond them: {named}{more} Ask a process owner to change that."
        raise NotPossible(words, code=RefusalCode.BEYOND_WORDS)


def must_have_begun(work: Work, row: ChangeRow) -> None:
    """Raises NotPossible where somebody who changes words alone would settle what becomes of another's draft."""
    if work.actor.writes_words_alone and row.owner_id != work.actor.account:
        words = "Somebody else began this draft, so a process owner settles what becomes of it."
        raise NotPossible(words, code=RefusalCode.NOT_BEGUN_BY)


def _beyond(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[str, ...]:
    """In sentences. Stories are no words: they say what the models are to do. Raises BadModel."""
    stories = before.keys() | after.keys()
    if changed := sorted(path for path in stories if is_story(path) and before.get(path) != after.get(path)):
        return tuple(f"the story {path} is otherwise." for path in changed)
    if moved := sorted(before.keys() ^ after.keys()):
        return tuple(f"the file {path} {'is new' if path in after else 'is gone'}." for path in moved)
    models = [model_of({path: files[path] for path in files if not is_story(path)}) for files in (before, after)]
    return tuple(one.words for one in beyond_words(*models))
