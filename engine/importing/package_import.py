"""A package brought in: the bundle that it holds, and how that is other than the one in force, in words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from engine.base.clock import moment_in_words
from engine.importing.drawing_import import NOTHING_CHOSEN, imported
from engine.importing.import_report import LONGEST_NAME, Chosen, Imported, ImportReport, Remark, plain
from engine.importing.package import Package, is_package, read_package
from engine.importing.story_titles import story_name, story_title
from engine.process.bundle import EDITION, MESSAGES, ROLES, TIMESCALES, bundle_hash
from engine.process.safe_xml import parse_xml

_TABLES = (MESSAGES, TIMESCALES, ROLES, EDITION)
_SAID = {"new": "are new", "other": "are other", "gone": "are not in the package, and not in the draft"}


def models_imported(
    content: bytes,
    name: str,
    base: Mapping[str, bytes],
    stories: Mapping[str, bytes] | None = None,
    chosen: Chosen = NOTHING_CHOSEN,
) -> Imported:
    """The draft that comes of a zip or of one drawing, over the models and stories of the base. Raises BadModel."""
    if is_package(content):
        return package_imported(read_package(content, name), base, stories or {})
    return imported(content, name, base, stories, chosen)


def package_imported(package: Package, base: Mapping[str, bytes], stories: Mapping[str, bytes]) -> Imported:
    """A package with its tables is a whole bundle and takes the place of the other, and its stories, if it has any,
    that of the stories; one without its tables is laid over both.

    Raises BadModel where one of its drawings is no XML that can be read safely.
    """
    report = ImportReport()
    for path in (path for path in package.files if path.endswith(".bpmn")):
        parse_xml(package.files[path], path)
    whole = all(path in package.files for path in _TABLES)
    files = dict(package.files) if whole else {**base, **package.files}
    beside = package.stories if whole and package.stories else {**stories, **package.stories}
    if not whole:
        report.change("The package holds a part of the models: they are laid over those that are there.")
    report.kept += map(Remark, _origin(package))
    report.changed += map(Remark, _other_files(base, files))
    same = sum(base.get(path) == content for path, content in files.items())
    report.keep(f"{same} of {len(files)} files are as they were.")
    report.kept += map(Remark, _stories(package, stories, beside))
    report.changed += _other_stories(stories, beside)
    for path in package.left_out:
        report.change(f"{path[:120]} is no part of models: it is left out.")
    return report.of(files, beside)


def _stories(package: Package, before: Mapping[str, bytes], now: Mapping[str, bytes]) -> Iterator[str]:
    if not package.stories:
        yield f"It brings no stories: the {len(before)} that are there stay." if before else "It brings no stories."
        return
    gone = len(before.keys() - now.keys())
    yield f"It brings {len(package.stories)} stories{f'; {gone} that were there are left out' if gone else ''}."


def _other_stories(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> Iterator[Remark]:
    """Each that is new, other or gone, by its title."""
    for path in sorted({*before, *now}):
        if before.get(path) != now.get(path):
            state = _state(path, before, now)
            content = now[path] if path in now else before[path]
            name = plain(story_title(content, path))[:LONGEST_NAME]
            yield Remark(f"Stories that {_SAID[state]}:", story_name(path), name)


def _other_files(base: Mapping[str, bytes], files: Mapping[str, bytes]) -> Iterator[str]:
    """Which drawings, forms and tables are new, other or gone, a line for each kind."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted({*base, *files}):
        if base.get(path) != files.get(path):
            found.setdefault((_kind(path), _state(path, base, files)), []).append(path)
    for (kind, state), paths in found.items():
        yield f"{kind} that {_SAID[state]}: {_named(kind, paths)}."


def _state(path: str, before: Mapping[str, bytes], now: Mapping[str, bytes]) -> str:
    return "new" if path not in before else "gone" if path not in now else "other"


def _kind(path: str) -> str:
    if path.startswith("forms/"):
        return "Forms"
    return "Tables" if path.count("/") == 1 else "Drawings"


def _named(kind: str, paths: list[str]) -> str:
    if kind == "Forms":
        counts = Counter(path.split("/")[1] for path in paths)
        return ", ".join(f"{count} of {process}" for process, count in counts.items())
    return ", ".join(path.rpartition("/")[2] for path in paths)


def _origin(package: Package) -> Iterator[str]:
    """Where the package says that it comes from, and whether it is what it was then."""
    said = package.manifest
    if said:
        told = ", ".join(_told(name, value) for name, value in said.items() if name != "hash")
        yield f"The package says of itself: {told}."
    if "hash" in said:
        unchanged = said["hash"] == bundle_hash(package.files)
        yield "It holds what was exported." if unchanged else "It was changed after it was exported: its hash differs."


def _told(name: str, value: str) -> str:
    """A moment is said as people say it."""
    with suppress(ValueError, OverflowError):
        if (moment := datetime.fromisoformat(value)).tzinfo is not None:
            return f"{name.removesuffix('_at').replace('_', ' ')} on {moment_in_words(moment)}"
    return f"{name.replace('_', ' ')} {value}"
