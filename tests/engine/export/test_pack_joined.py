"""The pack of a case to which another was joined holds both chains; that of the other one says that it went on."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.export import export_case
from engine.export.pack import pack_of
from engine.record.chain import case_chain
from engine.record.verifier import of_pack, verify
from tests.builders import DAY, Authority, authority, reference
from tests.engine.commands.joining import TUESDAY, by_form, same
from tests.engine.commands.pathway import assessing
from tests.engine.export.packs import Opened, made, opened, stored_case

LATER = TUESDAY + DAY
Joined = tuple[Authority, str, str]


@pytest.fixture(scope="module")
def joined(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Joined:
    """What was said in the newer case is joined to the older."""
    path = tmp_path_factory.mktemp("joined") / "throughline.db"
    path.write_bytes(sqlite_template.read_bytes())
    world = authority(database=Database(f"sqlite:///{path}"))
    older, newer = assessing(authority=world), by_form(world).cases[0]
    same(world, newer, older, concerns_clarified="Nobody fetches the child.")
    return world, older, newer


def table(pack: Opened, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.text(name))))


def test_both_chains_are_in_the_pack_of_the_older(joined: Joined) -> None:
    world, older, newer = joined
    stored = stored_case(world.database, older)
    pack = made(stored, LATER)
    told, other = json.loads(pack.text("pack.json")), reference(authority=world, case=newer)
    acts = [json.loads(line) for line in pack.text("acts.jsonl").splitlines()]
    assert [one["chain"] for one in told["joined"]] == [case_chain(newer)]
    assert {one["chain"] for one in acts} == {case_chain(older), case_chain(newer)}
    assert acts[-1]["hash"] == told["head"]["hash"]
    steps = table(pack, "steps.csv")
    assert [int(one["entry"]) for one in steps] == list(range(1, len(steps) + 1))
    assert {one["written_in"] for one in steps} == {reference(authority=world, case=case) for case in (older, newer)}
    there = [int(one["written_as"]) for one in steps if one["written_in"] == other]
    assert there == list(range(1, len(there) + 1)), "as it stands in acts.jsonl"
    page = pack.text("index.html")
    for words in ("Nobody fetches the child.", f"What was recorded in case {other}", f", in case {other})"):
        assert words in page, words
    assert f"The last act of case {other}, which was joined to it" in pack.text("README.txt").replace("\r\n", " ")


def test_the_verifier_in_the_pack_holds_both_chains(joined: Joined, tmp_path: Path) -> None:
    world, older, newer = joined
    stored = stored_case(world.database, older)
    for redacted in (False, True):
        whole = pack_of(stored, LATER, {}, redacted=redacted)
        files = opened(whole).files
        assert faults(files, tmp_path) == []
        lines = files["acts.jsonl"].splitlines(keepends=True)
        without = b"".join(line for line in lines if case_chain(newer).encode() not in line.partition(b"number")[0])
        assert f"{case_chain(newer)}: is gone" in faults({**files, "acts.jsonl": without}, tmp_path)[0]
        last = [line for line in lines if json.loads(line)["chain"] == case_chain(newer)][-1]
        assert faults({**files, "acts.jsonl": files["acts.jsonl"].replace(last, b"")}, tmp_path)


def faults(files: dict[str, bytes], folder: Path) -> list[str]:
    path = folder / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return [f"{one.where}: {one.what}" for one in verify(of_pack(path)).faults]


def test_a_redacted_pack_names_neither_case_nor_what_was_written(joined: Joined) -> None:
    world, older, newer = joined
    for case in (older, newer):
        pack = made(stored_case(world.database, case), LATER, redacted=True)
        for path, content in pack.files.items():
            for hidden in ("Nobody fetches", *(reference(authority=world, case=one) for one in (older, newer))):
                assert hidden.encode() not in content, path


def test_the_pack_of_the_newer_says_where_it_went_on(joined: Joined) -> None:
    world, older, newer = joined
    pack = made(stored_case(world.database, newer), LATER)
    page = pack.text("index.html")
    assert json.loads(pack.text("pack.json"))["goes_on_elsewhere"] is True
    assert f"case {reference(authority=world, case=older)}" in page
    assert "what happened since stands in the pack of that case" in page
    assert "No clock has run." not in page
    assert "Nothing was late." not in page
    assert "What ran when this case was joined to another went on there" in page
    ended = {one["clock"] for one in table(pack, "clocks.csv")}
    assert "acknowledgement" not in ended, "that ran on, and stands in the other pack"


def test_making_it_is_a_look_at_both(joined: Joined) -> None:
    world, older, newer = joined
    export_case(world.database, world.actor("auditor"), LATER, older, "A court asked", redacted=False)
    for case in (older, newer):
        assert [one.kind for one in stored_case(world.database, case).looks] == ["exported"], case
    again = made(stored_case(world.database, older), LATER)
    assert len(again.text("looks.jsonl").splitlines()) == 1, "one act that shows two cases"
