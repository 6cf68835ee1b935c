"""An audit pack: what is in it agrees with the record, on both databases; and nobody has one that is not recorded."""

import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, Refusal
from engine.commands import exports
from engine.commands.looks import look
from engine.export import export_case
from engine.export import stored as stored_module
from engine.export.checkpoint_file import checkpoints_naming
from engine.export.pack import pack_of
from engine.export.stored import StoredCase
from engine.people.identity import SYSTEM, Actor
from engine.process.bundle import bundle_hash
from engine.reads.case.case_page import case as read_case_page
from engine.record.chain import ACT_FORMAT, PAYLOAD_FORMAT, RecordedEntry, case_chain, lines
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, reference
from tests.engine.export.packs import Opened, made, opened, stored_case, with_entries

Stored = tuple[StoredCase, datetime]


def acts(pack: Opened, path: str = "acts.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in pack.text(path).splitlines()]


def test_the_entries_are_those_of_the_record_to_the_byte(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="in_need")
    pack = made(stored_case(database, case), MONDAY + DAY)
    with database.read() as connection:
        chain = lines(connection, case_chain(case))
    found = acts(pack)
    said_by_entries = [entry for one in found for entry in said_in(one)["entries"]]
    assert [(one["kind"], one.get("element")) for one in said_by_entries] == [
        (line.kind, line.element) for line in chain
    ]
    carried_by_entries = [each for one in found if one["payload"] for each in json.loads(one["payload"]["body"])]
    assert carried_by_entries == [line.payload for line in chain if line.payload is not None]
    previous = bytes(32).hex()
    for one in found:
        said, payload = said_in(one), one["payload"]
        assert digest(one["body"].encode()) == one["hash"]
        assert said["previous"] == previous
        if payload:
            carried = PAYLOAD_FORMAT + bytes.fromhex(payload["salt"]) + payload["body"].encode()
            assert digest(carried) == said["payload"]
        previous = one["hash"]
    assert json.loads(pack.text("pack.json"))["head"] == {"number": len(chain), "hash": previous}


def said_in(act: dict[str, Any]) -> dict[str, Any]:
    return json.loads(act["body"].removeprefix(ACT_FORMAT.decode()))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_models_are_those_that_the_case_ran_on(database: Database) -> None:
    at = authority(database=database)
    pack = made(stored_case(database, case_at(authority=at)), MONDAY)
    (name,) = json.loads(pack.text("pack.json"))["models"]
    start = f"models/{name}/"
    files = {path.removeprefix(start): content for path, content in pack.files.items() if path.startswith(start)}
    assert bundle_hash(files) == name


def test_a_look_at_the_case_is_in_the_pack(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    look(database, at.actor("auditor"), MONDAY, "case", read_case_page, case)
    stored = stored_case(database, case)
    (full,) = acts(made(stored, MONDAY + DAY), "looks.jsonl")
    assert full["chain"] == "person:auditor.1"
    assert json.loads(full["payload"]["body"]) == [{"page": "case"}]
    (redacted,) = acts(made(stored, MONDAY + DAY, redacted=True), "looks.jsonl")
    assert redacted["role"] == "Auditor"
    assert "auditor.1" not in json.dumps(redacted)


def test_the_page_says_who_did_what_decided_what_and_why(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="deciding", concerns="Bruises on both arms")
    stored = stored_case(database, case)
    page = made(stored, MONDAY + DAY).text("index.html")
    told = ("Ada Example", "Health practitioner 1, Health practitioner", "Bruises on both arms")
    for words in (*told, "“Clarify the concerns” was completed", "Is this a child we already know?"):
        assert words in page
    assert "<script" not in page


@pytest.mark.parametrize("redacted", [False, True])
def test_the_same_record_at_the_same_time_gives_the_same_file(long_case: Stored, redacted: bool) -> None:
    stored, at = long_case
    one, other = (pack_of(stored, at, {}, redacted=redacted) for _ in range(2))
    assert (one.name, one.sha256) == (other.name, other.sha256)
    assert pack_of(stored, at + HOUR, {}, redacted=redacted).sha256 != one.sha256


def test_every_file_of_the_pack_is_explained_in_it(long_case: Stored) -> None:
    for redacted in (False, True):
        pack = made(*long_case, redacted=redacted)
        for path in pack.files:
            assert path == "README.txt" or (path.split("/")[0]) in pack.text("README.txt"), path


def test_checkpoints_are_carried_as_they_are(long_case: Stored) -> None:
    stored, at = long_case
    pack = opened(pack_of(stored, at, {"000001.json": b"{}\n"}, redacted=True))
    assert pack.files["checkpoints/000001.json"] == b"{}\n"
    assert "checkpoints/" in pack.text("README.txt")


def test_the_checkpoint_of_a_pack_is_the_newest_that_names_the_case(tmp_path: Path) -> None:
    heads = {1: ["case:a"], 2: ["case:a", "case:b"], 3: ["case:b"]}
    for number, chains in heads.items():
        content = {"heads": [[chain, number, "0" * 64] for chain in chains]}
        (tmp_path / f"{number:06}.json").write_text(json.dumps(content))
    (tmp_path / "key.pem").write_text("a public key")
    (tmp_path / "heads").mkdir()
    assert set(checkpoints_naming(["case:a"], tmp_path)) == {"000002.json", "key.pem"}
    assert set(checkpoints_naming(["case:b"], tmp_path)) == {"000003.json", "key.pem"}
    assert set(checkpoints_naming(["case:a", "case:b"], tmp_path)) == {"000002.json", "000003.json", "key.pem"}
    assert checkpoints_naming(["case:c"], tmp_path) == checkpoints_naming(["case:a"], tmp_path / "none") == {}


def emptied(entry: RecordedEntry) -> RecordedEntry:
    return replace(entry, payload=None, erased=entry.payload is not None)


def test_an_erased_payload_leaves_a_pack_that_says_so(long_case: Stored) -> None:
    stored, at = long_case
    without = [replace(act, payload=None, salt=None, entries=tuple(map(emptied, act.entries))) for act in stored.acts]
    pack = made(replace(stored, acts=tuple(without)), at)
    assert {one["payload"] for one in acts(pack)} == {None}
    assert len(acts(pack)) == len(stored.acts)


def test_the_making_is_in_the_record_of_whoever_made_it(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    auditor = at.actor("auditor")
    pack = export_case(database, auditor, MONDAY + DAY, case, " For the board ", redacted=True)
    with database.read() as connection:
        (entry,) = lines(connection, auditor.chain)
    assert (entry.kind, entry.actor, entry.at) == ("exported", "auditor.1", MONDAY + DAY)
    said = {"form": "redacted", "reason": "For the board", "file": pack.name, "sha256": pack.sha256}
    assert entry.payload == said
    (shown,) = stored_case(database, case).looks
    assert shown.kind == "exported"


def test_no_entry_no_file(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at = authority(database=database)
    case = case_at(authority=at)

    def fails(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(exports, "append", fails)
    with pytest.raises(OSError, match="disk"):
        export_case(database, at.actor("auditor"), MONDAY, case, "For the board", redacted=False)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        ("social_worker", NotAllowed),
        ("team_manager", NotAllowed),
        ("health_practitioner", NotAllowed),
        ("education_practitioner", NotFound),
        ("administrator", NotFound),
        ("privacy_officer", NotFound),
        ("process_owner", NotFound),
    ],
)
def test_nobody_but_an_auditor_makes_one(world: Authority, case: str, role: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        export_case(world.database, world.actor(role), MONDAY, case, "For the board", redacted=False)
    with pytest.raises(refusal):
        exports.record_export(world.database, world.actor(role), MONDAY, case, "full", "For the board", "", "")


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Authority:
    path = tmp_path_factory.mktemp("may") / "throughline.db"
    path.write_bytes(sqlite_template.read_bytes())
    return authority(database=Database(f"sqlite:///{path}"))


@pytest.fixture(scope="module")
def case(world: Authority) -> str:
    return case_at(authority=world)


@pytest.mark.parametrize("actor", [SYSTEM, None], ids=["the product", "an auditor"])
def test_a_case_that_is_not_there(world: Authority, actor: Actor | None) -> None:
    with pytest.raises(NotFound):
        export_case(world.database, actor or world.actor("auditor"), MONDAY, "none", "For the board", redacted=False)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_a_reason_must_be_given(world: Authority, case: str, reason: str) -> None:
    with pytest.raises(BadAnswers):
        export_case(world.database, world.actor("auditor"), MONDAY, case, reason, redacted=False)


def test_the_name_of_the_file_names_no_child(world: Authority) -> None:
    case = case_at(authority=world, children=[child(given_name="Zebedee")])
    full, redacted = (made(stored_case(world.database, case), MONDAY, redacted=one) for one in (False, True))
    assert full.name == f"throughline-{reference(authority=world, case=case)}-20260302T100000Z.zip"
    assert redacted.name.startswith("throughline-redacted-")
    assert reference(authority=world, case=case) not in redacted.name


def test_the_verifier_finds_no_fault_and_a_planted_one(long_case: Stored, tmp_path: Path) -> None:
    stored, at = long_case
    for redacted in (False, True):
        pack = pack_of(stored, at, {}, redacted=redacted)
        (tmp_path / "pack.zip").write_bytes(pack.content)
        assert verified(tmp_path, tmp_path / "pack.zip") == 0
        changed = opened(pack).files
        changed["acts.jsonl"] = changed["acts.jsonl"].replace(b'\\"actor\\":\\"', b'\\"actor\\":\\"x', 1)
        with zipfile.ZipFile(tmp_path / "changed.zip", "w") as archive:
            for path, content in changed.items():
                archive.writestr(path, content)
        assert verified(tmp_path, tmp_path / "changed.zip") == 1


def verified(folder: Path, pack: Path) -> int:
    """With the verifier that the pack itself carries, and nothing else."""
    with zipfile.ZipFile(pack) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    return subprocess.run([sys.executable, "-I", "verify.py", pack], cwd=folder, check=False).returncode


def test_everything_is_read_at_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody does while a pack is made is not in it by halves."""
    at = authority(database=database)
    case = case_at(authority=at)
    before = len(stored_case(database, case).entries)

    def meanwhile(*arguments: Any) -> Any:
        row = first(*arguments)
        look(database, at.actor("auditor"), MONDAY, "case", read_case_page, case)
        return row

    first = stored_module._row
    monkeypatch.setattr(stored_module, "_row", meanwhile)
    stored = stored_case(database, case)
    assert (len(stored.entries), stored.looks) == (before, ())


def test_an_entry_of_a_kind_that_is_new_is_told_by_its_name(long_case: Stored) -> None:
    """What later versions write is in a pack all the same: nothing of the record is left out unseen."""
    stored, at = long_case
    first = next(one for one in stored.entries if one.kind == "completed")
    said = replace(first, kind="went_another_way", element="beside_the_drawing", flows=("over_land",))
    for kind in ("went_another_way", "passed", "opened", "completed"):
        unknown = replace(said, kind=kind)
        pack = made(with_entries(stored, [unknown if one == first else one for one in stored.entries]), at)
        assert "beside_the_drawing" in pack.text("steps.csv")
        assert "beside_the_drawing" not in pack.text("case.xes")
    assert "Went another way" in made(with_entries(stored, [said]), at).text("index.html")
