"""What the law and the guidance set is not a bundle's to change: its statutory rows are held to the program's copy."""

from collections.abc import Iterator

from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material
from engine.lint.table_files import TIMESCALES
from engine.timescales.rules import Clock
from engine.timescales.statutory import StatutoryLimit, limit_of, statutory_limits


def check(material: Material) -> Iterator[LintProblem]:
    """Of an edition that the program knows every limit must be there, and no other. Of any other edition those rows are
    compared that name a place of the law which the program knows.
    """
    limits = list(statutory_limits())
    wanted = [one for one in limits if one.edition == material.tables.edition]
    is_known = bool(wanted)
    left = wanted or limits
    others = [one for one in material.tables.clocks.values() if one.kind == "statutory"]
    for by_title in (True, False):
        others = [rule for rule in others if not _is_there(rule, left, by_title=by_title)]
    for rule in others:
        yield from _differing(rule, left, material, is_known=is_known)
    for missing in left if is_known else ():
        yield _missing(missing, material)


def _is_there(rule: Clock, left: list[StatutoryLimit], *, by_title: bool) -> bool:
    """Takes out of `left` the limit that the row states."""
    same = [one for one in left if (one.source, one.limit) == (rule.source, limit_of(rule))]
    found = [one for one in same if one.title == rule.title or not by_title]
    if found:
        left.remove(found[0])
    return bool(found)


def _differing(rule: Clock, left: list[StatutoryLimit], material: Material, *, is_known: bool) -> Iterator[LintProblem]:
    """Takes out of `left` the limit that the row was meant to be: the one of its title, else the first of its place."""
    by_title = [one for one in left if is_known and one.title == rule.title]
    meant = [*by_title, *(one for one in left if one.source == rule.source)]
    if meant:
        left.remove(meant[0])
        message = f"The law says here: {meant[0].limit} ({meant[0].source}). It must stay so."
        yield _fault(rule, material, f"{message} The row says: {limit_of(rule)} ({rule.source}).")
    elif is_known:
        message = f"The program knows no further limit of the law in {rule.source}: make it local, or take it out."
        yield _fault(rule, material, message)


def _missing(limit: StatutoryLimit, material: Material) -> LintProblem:
    said = f"{limit.title}: {limit.limit} ({limit.source})."
    for rule in material.tables.clocks.values():
        if rule.kind == "local" and (rule.source, limit_of(rule)) == (limit.source, limit.limit):
            return _fault(rule, material, f"This limit is the law's, so that nobody may set another: statutory. {said}")
    return LintProblem(TIMESCALES, "", 0, f"A limit that the law sets is missing. {said}", "statutory")


def _fault(rule: Clock, material: Material, message: str) -> LintProblem:
    return LintProblem(TIMESCALES, rule.id, material.tables.clock_lines.get(rule.id, 0), message, "statutory")
