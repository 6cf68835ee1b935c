"""What a run of stories found, as text for people or as JSON for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from engine.scenario.expectations import in_london
from engine.scenario.misspelt_words import shown
from engine.scenario.player import Result


def lines(result: Result, *, verbose: bool) -> Iterator[str]:
    """One line for each fault and each expectation that failed; with `verbose` also what was filled in."""
    if verbose:
        yield f"{result.file}: {result.title}: {'passed' if result.passed else 'FAILED'}"
        for filled in result.filled:
            answers = ", ".join(f"{path} = {shown(value)}" for path, value in filled.answers.items())
            yield f"{result.file}: step {filled.step}: {filled.target}: filled in {answers}"
    yield from (str(fault) for fault in result.faults)
    yield from (f"{result.file}: {failure}" for failure in result.failures)
    if result.failures and result.played < result.steps:
        yield f"{result.file}: the {result.steps - result.played} steps after step {result.played} were not played"


def summary(results: Sequence[Result]) -> str:
    passed = sum(result.passed for result in results)
    return f"{passed} passed, {len(results) - passed} failed"


def as_json(result: Result) -> str:
    """One line: one object for one file."""
    found: dict[str, Any] = {
        "file": result.file,
        "title": result.title,
        "passed": result.passed,
        "steps": result.steps,
        "played": result.played,
        "failures": [
            {
                "step": failure.step,
                "at": in_london(failure.at),
                "what": failure.what,
                "expected": failure.expected,
                "found": failure.found,
            }
            for failure in result.failures
        ],
        "errors": [{"step": fault.step, "message": fault.message} for fault in result.faults],
        "filled": [
            {"step": filled.step, "target": filled.target, "answers": dict(filled.answers)} for filled in result.filled
        ],
    }
    return orjson.dumps(found).decode()
