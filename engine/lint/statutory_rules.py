"""What the law and the guidance set is not a bundle's to change: its statutory rows are held to the program's copy."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.lint.lint_problems import LintProblem
from engine.lint.material import Material, of_kind
from engine.lint.table_files import TIMESCALES
from engine.process.vocabulary import TAKES_OVER
from engine.timescales.rules import Clock
from engine.timescales.statutory import Limit, StatutoryLimit, limit_of, statutory_limits


def check(material: Material) -> Iterator[LintProblem]:
    """Of an edition that the program knows every limit must be there, and no other. Of any other edition those rows are
    compared that name a place of the law which the program knows. A shorter one keeps to the law, and is doubted.
    """
    limits = list(statutory_limits())
    wanted = [one for one in limits if one.edition == material.tables.edition]
    is_known = bool(wanted)
    left = wanted or limits
    others = [_begun_here(one, material) for one in material.tables.clocks.values() if one.kind == "statutory"]
    for by_title in (True, False):
        others = [rule for rule in others if not _taken_out(rule, left, _is_same, by_title=by_title)]
    for by_title in (True, False):
        shortened = [(rule, _taken_out(rule, left, _is_shorter, by_title=by_title)) for rule in others]
        others = [rule for rule, meant in shortened if meant is None]
        yield from (_shorter(rule, meant, material) for rule, meant in shortened if meant)
    for rule in others:
        yield from _differing(rule, left, material, is_known=is_known)
    for missing in left if is_known else ():
        yield _missing(missing, material)


def _begun_here(rule: Clock, material: Material) -> Clock:
    """Without the plans that began in another system: the law sets the same limit, wherever it began to run."""
    from_elsewhere = {
        drawing.process
        for drawing in material.drawings.values()
        if any(TAKES_OVER in start.properties for start in of_kind(drawing, "startEvent"))
    }
    here = [one for one in rule.starts_on if one.happening != "started" or one.process not in from_elsewhere]
    return replace(rule, starts_on=(*here,))


def _taken_out(
    rule: Clock, left: list[StatutoryLimit], is_meant: Callable[[Limit, Limit], bool], *, by_title: bool
) -> StatutoryLimit | None:
    """Of `left` the limit that the row states, which is there no more."""
    those = (one for one in left if one.source == rule.source and is_meant(limit_of(rule), one.limit))
    found = next((one for one in those if one.title == rule.title or not by_title), None)
    if found:
        left.remove(found)
    return found


def _is_same(stated: Limit, of_law: Limit) -> bool:
    return stated == of_law


def _is_shorter(stated: Limit, of_law: Limit) -> bool:
    """Of none at all, and of a day that is chosen each time, nobody can say how long it is."""
    return replace(stated, limit=of_law.limit) == of_law and 0 < stated.limit < of_law.limit


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


def _shorter(rule: Clock, of_law: StatutoryLimit, material: Material) -> LintProblem:
    message = f"The law says here: {of_law.limit} ({of_law.source}). The row says less: {limit_of(rule)}."
    line = material.tables.clock_lines.get(rule.id, 0)
    return LintProblem(TIMESCALES, rule.id, line, message, "statutory-shorter")


def _missing(limit: StatutoryLimit, material: Material) -> LintProblem:
    said = f"{limit.title}: {limit.limit} ({limit.source})."
    for rule in material.tables.clocks.values():
        if rule.kind == "local" and (rule.source, limit_of(rule)) == (limit.source, limit.limit):
            return _fault(rule, material, f"This limit is the law's, so that nobody may set another: statutory. {said}")
    return LintProblem(TIMESCALES, "", 0, f"A limit that the law sets is missing. {said}", "statutory")


def _fault(rule: Clock, material: Material, message: str) -> LintProblem:
    return LintProblem(TIMESCALES, rule.id, material.tables.clock_lines.get(rule.id, 0), message, "statutory")
