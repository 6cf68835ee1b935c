"""Files and bundles that are broken by chance get words, quickly; whatever the linter accepts is read and starts."""

import re
import time
from collections.abc import Iterator, Mapping
from random import Random

import pytest

from engine.base.errors import BadModel
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.process import run
from engine.process.bundle import START, read_bundle
from tests.amount import LONG, ROUND, random_of
from tests.builders import shipped
from tests.deciding import deciding
from tests.engine.importing.mutated import ODD as ODD_IN_XML
from tests.engine.importing.mutated import Change, mutations
from tests.engine.lint.small_bundle import CHECKS, encoded, small_bundle
from tests.engine.process.test_state import CARRIED, decided_in

FILES = 20_000 if LONG else 110
SMALL, WHOLE = (450, 50) if LONG else (30, 1)
LONGEST = 2.0  # seconds of CPU
_TOKEN = re.compile(rb'"[^"\n]{0,80}"|[\w.]+|[\[\]{},:=]')
ODD = (*ODD_IN_XML, b'"', b"{", b"]", b",", b"null", b"1e999", b"\xff", b"\0", b"\n", b"[[", b"'''", b'""')


def _word(chance: Random, content: bytes) -> bytes:
    found = chance.choice(list(_TOKEN.finditer(content)) or [None])
    others = [one[0] for one in _TOKEN.finditer(content)] or [b""]
    put = chance.choice([chance.choice(others), chance.choice(ODD)])
    return content if found is None else content[: found.start()] + put + content[found.end() :]


def _line(chance: Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    at = chance.randrange(len(lines) or 1)
    return b"".join([*lines[:at], *lines[at : at + 1] * chance.choice((0, 0, 2)), *lines[at + 1 :]])


def _bytes(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) or 1)
    return content[:at] + bytes([chance.randrange(256)]) + content[at + chance.randrange(3) :]


TEXT: tuple[Change, ...] = (_word, _word, _word, _line, _bytes)


def changed(chance: Random, path: str, content: bytes) -> bytes:
    if path.endswith((".bpmn", ".dmn")):
        return next(mutations(chance, [content], 1))
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(TEXT)(chance, content)
    return content


def timed(files: Mapping[str, bytes], checks: frozenset[str]) -> tuple[str, ...]:
    """The rules of the faults that are found."""
    began = time.process_time()
    found = lint(files, known_checks=checks)
    assert time.process_time() - began < LONGEST, sorted(files)
    for one in found:
        assert one.message
        str(one)
    return tuple(one.rule for one in found if one.level == "fault")


def test_a_file_that_is_broken_by_chance_gets_words() -> None:
    """By itself: the tables are missing beside it, so what it says of others is not looked at."""
    chance, files = random_of(1 if ROUND is None else ROUND), sorted(deciding().items())
    rules: set[str] = set()
    for _ in range(FILES):
        path, content = chance.choice(files)
        rules |= {*timed({path: changed(chance, path, content)}, KNOWN_CHECKS)}
    assert rules > {"unreadable-file", "form-language"}


def slipped(chance: Random, content: bytes) -> bytes:
    """One word in place of another that stands in the file, as a person slips."""
    found = list(_TOKEN.finditer(content))
    at = chance.choice(found)
    return content[: at.start()] + chance.choice(found)[0] + content[at.end() :]


def broken(chance: Random, files: Mapping[str, bytes], count: int) -> Iterator[dict[str, bytes]]:
    for _ in range(count):
        made = dict(files)
        for path in chance.sample(sorted(files), chance.choice((1, 1, 1, 2))):
            made[path] = chance.choice((slipped(chance, made[path]), changed(chance, path, made[path])))
        yield made


@pytest.mark.parametrize("which", ["small", "shipped"])
def test_a_bundle_that_is_broken_by_chance_gets_words_or_starts(which: str) -> None:
    of_small = which == "small"
    files, checks = (encoded(small_bundle()), CHECKS) if of_small else (shipped(), KNOWN_CHECKS)
    sound = 0
    for made in broken(random_of(ROUND or 0), files, SMALL if of_small else WHOLE):
        if not timed(made, checks):
            sound += 1
            start_all(made)
    assert sound or not of_small


def start_all(files: Mapping[str, bytes]) -> None:
    model = read_bundle(files)
    for process in model.drawings:
        fields = [name for row in model.messages.values() if row.starts == process for name in row.payload]
        carried = {name: CARRIED.get(name, ("yes",))[0] for name in fields}
        decided = carried | {name: values[0] for name, values in decided_in(model, process, START).items()}
        run.start(model, process, {START: decided, "case": {"unborn": False, "plan_in_force": False}})


def test_what_does_not_start_would_be_found() -> None:
    files = encoded(small_bundle())
    del files["processes/roles.toml"]
    with pytest.raises((BadModel, KeyError)):
        start_all(files)
