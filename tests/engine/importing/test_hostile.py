"""Files and packages that are broken or hostile get a clear refusal, quickly; nothing else comes of them."""

import io
import stat
import struct
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import pytest

from engine.base.errors import BadModel
from engine.importing.drawing_import import imported
from engine.importing.package import LARGEST_PACKAGE, LARGEST_UNPACKED, MOST_FILES, packed, read_package
from engine.importing.package_import import models_imported
from engine.lint import allowed_xml, shape_rules, task_rules
from engine.process.drawing import read_drawing
from engine.process.safe_xml import LARGEST_FILE, parse_xml
from tests.amount import LONG, ROUND, random_of
from tests.builders import shipped
from tests.engine.importing.bringing_in import FOREIGN
from tests.engine.importing.mutated import mutations

MUTATED, MUTATED_IN_A_ROUND = 150, 20_000
LONGEST = 2.0  # seconds of CPU for one file
WRITTEN_WRONGLY = {"bad-id", "duplicate-id", "reserved-id", "no-picture", "one-participant"}
DRAWING = "processes/visit/visit.bpmn"


def test_mutated_drawings_are_refused_or_become_drawings_that_can_be_read() -> None:
    """No other exception than ours; and what becomes a draft holds only what the linter allows."""
    files = [path.read_bytes() for path in sorted(FOREIGN.glob("*.bpmn"))]
    base = shipped()
    files += [base[path] for path in sorted(base) if path.endswith(".bpmn")]
    made = 0
    for content in mutations(random_of(ROUND or 0), files, MUTATED_IN_A_ROUND if LONG else MUTATED):
        began = time.process_time()
        try:
            brought = imported(content, "any.bpmn", base)
        except BadModel:
            continue
        finally:
            assert time.process_time() - began < LONGEST
        for path in (path for path in brought.files if path.endswith(".bpmn")):
            if brought.files[path] != base.get(path):
                made += 1
                assert list(wrong_in(brought.files[path], path)) == []
    assert made > MUTATED / 10


def wrong_in(content: bytes, path: str) -> Iterator[str]:
    """What no person should have to mend. Raises BadModel where it cannot be read."""
    root, drawing = parse_xml(content, path), read_drawing(content, path)
    yield from map(str, allowed_xml.check(root, path))
    yield from (str(one) for one in shape_rules.check(root, drawing) if one.rule in WRITTEN_WRONGLY)
    yield from (str(one) for one in task_rules.check_lanes(root, drawing))


def test_what_is_written_wrongly_would_be_found() -> None:
    path = "processes/case_closure/case_closure.bpmn"
    text = shipped()[path].decode()
    planted = (
        ('id="case_closure_pool"', 'id="close_case"'), ("close_case", "Close_case"),
        ('bpmnElement="close_case"', 'bpmnElement="gone"'), ("<bpmn:flowNodeRef>close_case</bpmn:flowNodeRef>", ""),
        ("<bpmn:userTask ", "<bpmn:userTask odd='1' "),
    )  # fmt: skip
    assert list(wrong_in(text.encode(), path)) == []
    for old, new in planted:
        assert old in text
        assert list(wrong_in(text.replace(old, new).encode(), path)), old


def test_mutated_packages_are_refused_or_read() -> None:
    base, chance = shipped(), random_of(ROUND or 0)
    whole = packed(base)
    for _ in range(2_000 if LONG else 60):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            content[chance.randrange(len(content) - 8_000 * chance.randint(0, 1))] = chance.randrange(256)
        with suppress(BadModel):
            models_imported(bytes(content), "any.zip", base)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not well-formed"),
        (b"<a/>", "This is no BPMN 2.0"),
        (b"<!DOCTYPE x><a/>", "DOCTYPE"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE x><a/>', "DOCTYPE"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "save it as UTF-8"),
        (b'<?xml version="1.0" encoding="windows-1252"?><a>\x81</a>', "is not written in windows-1252"),
        (b"\xff\xfe<", "is not UTF-8"),
        (b"<" * (LARGEST_FILE + 1), "larger than"),
    ],
)
def test_what_is_no_drawing_is_told_so(content: bytes, words: str) -> None:
    with pytest.raises(BadModel, match=words):
        imported(content, "any.bpmn", shipped())


def test_a_file_in_which_nothing_happens_is_told_so() -> None:
    content = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="a"/></definitions>'
    assert [one.words for one in imported(content, "any.bpmn", shipped()).refused] == [
        "The file holds no process in which anything happens."
    ]


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in files:
            made.writestr(path, content)
    return stream.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(DRAWING)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def with_password(content: bytes) -> bytes:
    """The flag of an encrypted file set in both places where a zip has it."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(mark) + at
        struct.pack_into("<H", changed, place, 1)
    return bytes(changed)


BIG = b"\0" * LARGEST_FILE
HOSTILE = {
    "out of it": (zipped(("../processes/a.csv", b"")), "leads out of it"),
    "with backslashes": (zipped(("processes\\..\\..\\a.csv", b"")), "leads out of it"),
    "absolute": (zipped(("/etc/passwd", b"")), "leads out of it"),
    "a drive": (zipped(("C:/processes/a.csv", b"")), "leads out of it"),
    "a link": (zipped((link(), b"/etc/passwd")), "leads out of it"),
    "a file too large": (zipped((DRAWING, BIG + b"\0")), "larger than"),
    "a bomb": (zipped(*((f"processes/a{n}.csv", BIG) for n in range(LARGEST_UNPACKED // LARGEST_FILE + 1))), "unpacks"),
    "too many": (zipped(*((f"forms/a/b{n}.json", b"") for n in range(MOST_FILES + 1))), "more than"),
    "far too many": (b"PK" + b"PK\x01\x02" * 2 * MOST_FILES + b"PK\x01\x02", "more than"),
    "too large": (b"PK" + b"\0" * LARGEST_PACKAGE, "larger than"),
    "no zip": (b"PK\x03\x04 and no more", "cannot be read as a zip"),
    "a password": (with_password(zipped((DRAWING, b"x"))), "password"),
    "nothing of ours": (zipped(("notes.txt", b"x"), ("src/main.py", b"x")), "holds no models"),
    "drawings alone": (zipped(("a.bpmn", b"x")), "Import each .bpmn by itself"),
    "a story that is no text": (zipped((DRAWING, b"<a/>"), ("processes/scenarios/a.toml", b"\xff")), "not UTF-8 text"),
    "a drawing that is none": (zipped((DRAWING, b"<!DOCTYPE x><a/>")), "DOCTYPE"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_package_is_refused(name: str) -> None:
    content, words = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(BadModel, match=words):
        models_imported(content, "any.zip", shipped())
    assert time.process_time() - began < LONGEST


def test_a_path_that_stands_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped((DRAWING, b"a"), (DRAWING, b"b"))
    with pytest.raises(BadModel, match="twice"):
        read_package(content, "any.zip")
