"""Models packed by one installation and read by another: the same bytes, and what is other in words."""

import json

from engine.importing.import_report import lines_of_remarks
from engine.importing.package import packed, read_package
from engine.importing.package_import import models_imported
from engine.process.bundle import bundle_hash
from tests.builders import shipped

STORY = "processes/case_closure/scenarios/a_case_is_closed.toml"
MANIFEST = json.dumps({"edition": "Ours", "hash": bundle_hash(shipped()), "authority": "North", "odd": ["a"]}).encode()


def words(files: dict[str, bytes], base: dict[str, bytes]) -> list[str]:
    brought = models_imported(packed(files), "theirs.zip", base)
    return [one.words for one in (*brought.kept, *brought.changed)]


def test_what_was_packed_is_read_again_to_the_byte_with_its_stories_apart() -> None:
    read = read_package(packed({**shipped(), STORY: b"title = 1", "manifest.json": MANIFEST}), "ours.zip")
    assert (read.files, read.stories, read.left_out) == (shipped(), {STORY: b"title = 1"}, ())
    assert read.manifest == {"edition": "Ours", "hash": bundle_hash(shipped()), "authority": "North"}
    assert packed(shipped()) == packed(dict(reversed(shipped().items())))


def test_a_folder_around_it_and_what_the_computer_put_in_are_no_part_of_it() -> None:
    around = {f"models-main/{path}": content for path, content in shipped().items()}
    around |= {"models-main/README.md": b"#", "models-main/.git/config": b"", "models-main/processes/.DS_Store": b""}
    read = read_package(packed(around), "ours.zip")
    assert (read.files, read.left_out) == (shipped(), ("README.md",))


def test_a_whole_bundle_takes_the_place_of_the_other_and_the_difference_is_said() -> None:
    theirs = {path: content for path, content in shipped().items() if not path.startswith("forms/plan_visit/")}
    theirs["processes/roles.toml"] += b"\n"
    theirs["processes/school/school.bpmn"] = theirs["processes/plan_visit/plan_visit.bpmn"]
    brought = models_imported(packed({**theirs, "manifest.json": MANIFEST}), "theirs.zip", shipped())
    assert brought.files == theirs
    said = [one.words for one in (*brought.kept, *brought.changed)]
    assert "The package says of itself: edition Ours, authority North." in said
    assert "It was changed after it was exported: its hash differs." in said
    assert "Tables that are other: roles.toml." in said
    assert "Drawings that are new: school.bpmn." in said
    count = sum(path.startswith("forms/plan_visit/") for path in shipped())
    assert f"Forms that are not in the package, and not in the draft: {count} of plan_visit." in said
    assert "It holds what was exported." in words({**shipped(), "manifest.json": MANIFEST}, shipped())


def test_stories_are_named_by_their_titles_and_moments_are_in_words() -> None:
    """In a part: a whole bundle takes the place of the stories too."""
    path, other = (f"processes/case_closure/scenarios/{name}.toml" for name in ("one", "other"))
    there = {STORY: b'title = "A case\\nis closed"', path: b"no story"}
    out = {
        "published_at": "2026-03-02T10:00:00+00:00",
        "exported_at": "2026-07-02T10:00:00+01:00",
        "edition": "2026-01-01",
    }
    theirs = {
        **shipped(),
        STORY: b'title = "Closed at last"',
        other: b"x = 1",
        "manifest.json": json.dumps(out).encode(),
    }
    report = models_imported(packed(theirs), "theirs.zip", shipped(), there)
    assert [line for line in lines_of_remarks(report.changed) if line.startswith("Stories")] == [
        "Stories that are other:  “Closed at last” (a_case_is_closed)",
        "Stories that are not in the package, and not in the draft:  “one” (one)",
        "Stories that are new:  “other” (other)",
    ]
    said = "published on 2 March 2026 at 10:00, exported on 2 July 2026 at 10:00, edition 2026-01-01"
    assert report.kept[0].words == f"The package says of itself: {said}."
    assert models_imported(packed(shipped()), "ours.zip", shipped(), there).changed == ()
    odd = {**shipped(), "manifest.json": b'{"made_at": "0001-01-01T00:00:00+14:00"}'}
    assert "made at 0001-01-01" in words(odd, shipped())[0]


def test_a_part_is_laid_over_what_is_in_force() -> None:
    path = next(path for path in shipped() if path.startswith("forms/"))
    brought = models_imported(packed({path: b"{}", STORY: b"x = 1"}), "part.zip", shipped())
    assert (brought.files, brought.stories) == ({**shipped(), path: b"{}"}, {STORY: b"x = 1"})
    assert "The package holds a part of the models: they are laid over those that are there." in [
        one.words for one in brought.changed
    ]
