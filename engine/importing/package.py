"""Models as one file: the layout of the repository in a zip, packed here and read again wherever it comes from.

A package from elsewhere is never trusted: bounded in number, in size and in what it unpacks to, and read by path only
where a bundle has such a path.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import orjson

from engine.base.errors import BadModel, Problem
from engine.process.safe_xml import LARGEST_FILE

LARGEST_PACKAGE = 8_000_000
MOST_FILES = 2_000
LARGEST_UNPACKED = 40_000_000
MANIFEST = "manifest.json"

_WORD = "[a-z0-9][a-z0-9_]{0,79}"
_OF_A_BUNDLE = re.compile(
    rf"processes/{_WORD}\.(csv|toml)|processes/{_WORD}/{_WORD}\.(bpmn|dmn)|forms/{_WORD}/{_WORD}\.json"
)
_STORY = re.compile(rf"processes/({_WORD}/)?scenarios/[A-Za-z0-9][\w-]{{0,79}}\.toml", re.ASCII)
_ENTRY = b"PK\x01\x02"
_OWN = ("__MACOSX", "Thumbs.db", "desktop.ini")
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LONG_BEFORE = (1980, 1, 1, 0, 0, 0)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, OverflowError, OSError, RuntimeError)
"""What reading a zip may raise that somebody has changed; a password is a RuntimeError."""


@dataclass(frozen=True, slots=True)
class Package:
    """`files` are those of a bundle, `stories` stand beside it; `left_out` are paths that neither is.

    `manifest` says where it comes from, as the package itself has it.
    """

    files: Mapping[str, bytes]
    stories: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()
    manifest: Mapping[str, str] = field(default_factory=dict[str, str])


def is_package(content: bytes) -> bool:
    return content[:2] == b"PK"


def read_package(content: bytes, name: str) -> Package:
    """A zip of the repository's layout, also with one folder around it. Raises BadModel where it is none, cannot be
    read, is too large, or holds a path that leads out of it.
    """
    if len(content) > LARGEST_PACKAGE:
        raise _refused(name, f"The package is larger than {LARGEST_PACKAGE} bytes.")
    if content.count(_ENTRY) > 2 * MOST_FILES:
        raise _refused(name, f"The package holds more than {MOST_FILES} files.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            unpacked = dict(_unpacked(opened, name))
    except _BROKEN:
        raise _refused(name, "This cannot be read as a zip: it is damaged, or a password protects it.") from None
    return sorted_out(_without_outer_folder(unpacked), name)


def sorted_out(found: Mapping[str, bytes], name: str) -> Package:
    """The files by what they are. Raises BadModel where none belongs to a bundle."""
    files = {path: found[path] for path in sorted(found) if _OF_A_BUNDLE.fullmatch(path)}
    stories = {path: found[path] for path in sorted(found) if _STORY.fullmatch(path)}
    if not files:
        alone = " Import each .bpmn by itself." if any(path.endswith(".bpmn") for path in found) else ""
        raise _refused(name, f"It holds no models: a package has processes/x/x.bpmn and forms/x/task.json.{alone}")
    for path, content in stories.items():
        _must_be_text(content, path, name)
    left_out = tuple(path for path in sorted(found) if path not in {*files, *stories, MANIFEST})
    return Package(files, stories, left_out, _manifest(found.get(MANIFEST, b"")))


def _must_be_text(content: bytes, path: str, name: str) -> None:
    try:
        content.decode()
    except UnicodeDecodeError:
        raise _refused(name, f"{path} is not UTF-8 text: save it as UTF-8.") from None


def with_manifest(files: Mapping[str, bytes], said: Mapping[str, str]) -> dict[str, bytes]:
    """The files with what is said of where they come from."""
    return {**files, MANIFEST: orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)}


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by path; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(files):
            made.writestr(zipfile.ZipInfo(path, _LONG_BEFORE), files[path], zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _unpacked(opened: zipfile.ZipFile, name: str) -> Iterator[tuple[str, bytes]]:
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise _refused(name, f"The package holds more than {MOST_FILES} files.")
    seen, room = set[str](), LARGEST_UNPACKED
    for entry in entries:
        path = _path(entry, seen, name)
        if not _is_of_the_computer(path):
            content = _content(opened, entry, path, name)
            room -= len(content)
            if room < 0:
                raise _refused(name, f"The package unpacks to more than {LARGEST_UNPACKED} bytes.")
            yield path, content


def _path(entry: zipfile.ZipInfo, seen: set[str], name: str) -> str:
    path = entry.filename.replace("\\", "/")
    if _leads_out(path) or stat.S_ISLNK(entry.external_attr >> 16):
        raise _refused(name, f"The package holds a path that leads out of it: {path[:80]!r}.")
    if path in seen:
        raise _refused(name, f"The package holds {path[:80]!r} twice.")
    seen.add(path)
    return path


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, name: str) -> bytes:
    if entry.compress_type not in _READABLE:
        raise _refused(name, f"{path[:80]!r} is packed in a way that is not read here: make a plain zip.")
    with opened.open(entry) as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _refused(name, f"{path[:80]!r} is larger than {LARGEST_FILE} bytes.")
    return content


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ":" in path or "\0" in path or ".." in path.split("/")


def _is_of_the_computer(path: str) -> bool:
    return any(part.startswith(".") or part in _OWN for part in path.split("/"))


def _without_outer_folder(found: Mapping[str, bytes]) -> dict[str, bytes]:
    outer = {path[: path.find("/") + 1] for path in found}
    if len(outer) == 1 and not outer & {"", "processes/", "forms/"}:
        return {path.partition("/")[2]: content for path, content in found.items()}
    return dict(found)


def _manifest(content: bytes) -> dict[str, str]:
    """What can be shown of it: short texts; nothing where it is no object."""
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    lines = cast(dict[str, object], said).items() if isinstance(said, dict) else ()
    return {key[:40]: value[:200] for key, value in list(lines)[:20] if isinstance(value, str)}


def _refused(name: str, message: str) -> BadModel:
    return BadModel([Problem(name, "", 0, message)])
