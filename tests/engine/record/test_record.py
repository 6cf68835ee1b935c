"""The record is only ever added to, and one file by itself checks it: from a database and from an audit pack."""

import ast
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.base.database import Database
from engine.commands.checkpointing import take
from engine.people.identity import SYSTEM
from engine.record import verifier
from engine.record.chain import NewEntry, append, lines, unpacked
from engine.record.checkpoints import SigningKey, source
from engine.record.kinds import KINDS
from engine.record.verifier import verify
from engine.tables import Act, BundleFile, Chain, Payload, Shown
from tests.builders import MONDAY, ROOT, authority, case_at
from tests.engine.record.hand import take_triggers_away

DOCUMENT = ROOT / "docs" / "record.md"
Rows = list[tuple[Any, ...]]
Payloads = dict[tuple[str, int], bytes]


def stored(database: Database) -> tuple[Rows, Payloads]:
    with database.read() as connection:
        entries = connection.execute(
            select(Act.chain, Act.number, Act.hash, Act.body, Act.kind, Act.at).order_by(Act.chain, Act.number)
        )
        rows = [(*row[:3], unpacked(row.body), *row[4:]) for row in entries]
        payloads = connection.execute(select(Payload.chain, Payload.number, Payload.salt, Payload.body))
        return rows, {(chain, number): salt + unpacked(body) for chain, number, salt, body in payloads}


def write(database: Database, *facts: NewEntry, chain: str = "case:1", at: datetime = MONDAY) -> None:
    with database.transaction() as connection:
        append(connection, chain, "social_worker.1", at, facts)


def test_the_record_of_a_whole_case_verifies(database: Database, tmp_path: Path) -> None:
    case = case_at(authority=authority(database=database), point="closed")
    rows, payloads = stored(database)
    assert len([row for row in rows if row[0] == f"case:{case}"]) > 12
    assert payloads
    with database.read() as connection:
        assert verify(source(connection, tmp_path)).faults == []


def run_alone(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The verifier by itself: a copy of its file, in a Python that knows nothing of the product or of any package."""
    (folder / "verify.py").write_bytes((ROOT / "engine" / "record" / "verifier.py").read_bytes())
    command = [sys.executable, "-I", "-S", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_verifier_runs_by_itself(tmp_path: Path, sqlite_template: Path) -> None:
    file, place = tmp_path / "throughline.db", tmp_path / "checkpoints"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    case = case_at(authority=authority(database=database), point="accepted")
    take(database, SYSTEM, MONDAY, SigningKey(tmp_path / "key.pem"), place)
    said = run_alone(tmp_path, file.name, place.name)
    assert (said.returncode, said.stdout.splitlines()[-1][-10:]) == (0, "no faults.")
    assert "The signatures of 1 checkpoints were not checked" in said.stdout
    with database.transaction() as connection:
        take_triggers_away(connection)
        first = connection.scalar(select(func.min(Act.number)).where(Act.chain == f"case:{case}"))
        connection.execute(update(Act).where(Act.chain == f"case:{case}", Act.number == first).values(kind="passed!"))
    database.dispose()
    said = run_alone(tmp_path, file.name, place.name)
    assert said.returncode == 1
    assert said.stdout.startswith(f"case:{case} {first}: its kind is ")


def test_a_checkpoint_is_signed_as_the_verifier_says(tmp_path: Path, sqlite_template: Path) -> None:
    """The way that the verifier tells where it cannot check signatures itself: plain Ed25519 over the statement, with
    the key in its file. OpenSSL itself is asked too where this machine has it; nothing else needs it.
    """
    file, place = tmp_path / "throughline.db", tmp_path / "checkpoints"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    key = SigningKey(tmp_path / "key.pem")
    take(database, SYSTEM, MONDAY, key, place)
    database.dispose()
    checkpoint = json.loads((place / "000001.json").read_bytes())
    statement, signature = checkpoint["statement"].encode(), bytes.fromhex(checkpoint["signature"])
    public = load_pem_public_key((place / f"{key.name}.pem").read_bytes())
    assert isinstance(public, Ed25519PublicKey)
    public.verify(signature, statement)
    with pytest.raises(InvalidSignature):
        public.verify(signature, statement + b" ")
    asked = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{key.name}.pem", "-rawin", "-in", "text"]
    asked += ["-sigfile", "signature"]
    assert " ".join(asked[1:]).replace(key.name, "KEY") in verifier.UNSIGNED
    if shutil.which("openssl"):
        (place / "text").write_bytes(statement)
        (place / "signature").write_bytes(signature)
        said = subprocess.run(asked, cwd=place, capture_output=True, text=True, check=False)
        assert (said.returncode, "Verified Successfully" in said.stdout) == (0, True)


def pack(folder: Path, database: Database, chain: str) -> Path:
    """A chain as an audit pack holds it."""
    with database.read() as connection:
        rows = connection.execute(
            select(Act.chain, Act.number, Act.hash, Act.body, Payload.salt, Payload.body.label("carried"))
            .outerjoin(Payload, (Payload.chain == Act.chain) & (Payload.number == Act.number))
            .where(Act.chain == chain)
            .order_by(Act.number)
        ).all()
        models = connection.execute(select(BundleFile.__table__)).all()
    lines_of_pack = [
        {
            "chain": row.chain,
            "number": row.number,
            "hash": row.hash.hex(),
            "body": unpacked(row.body).decode(),
            "payload": {"salt": row.salt.hex(), "body": unpacked(row.carried).decode()} if row.salt else None,
        }
        for row in rows
    ]
    with zipfile.ZipFile(path := folder / "pack.zip", "w") as made:
        made.writestr("acts.jsonl", "\n".join(json.dumps(line) for line in lines_of_pack))
        head = {"number": rows[-1].number, "hash": rows[-1].hash.hex()}
        made.writestr("pack.json", json.dumps({"chain": chain, "head": head, "joined": ()}))
        for file in (folder / "checkpoints").glob("*.*"):
            made.write(file, f"checkpoints/{file.name}")
        for row in models:
            made.writestr(f"models/{row.bundle_hash}/{row.path}", row.content)
    return path


def test_an_audit_pack_is_checked_by_the_same_file(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "throughline.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    case = case_at(authority=authority(database=database), point="accepted")
    take(database, SYSTEM, MONDAY, SigningKey(tmp_path / "key.pem"), tmp_path / "checkpoints")
    made = pack(tmp_path, database, f"case:{case}")
    database.dispose()
    whole = run_alone(tmp_path, made.name)
    assert (whole.returncode, whole.stdout.splitlines()[-1][-10:]) == (0, "no faults.")
    with zipfile.ZipFile(made) as kept:
        files = {name: kept.read(name) for name in kept.namelist()}
    with zipfile.ZipFile(made, "w") as half:
        half.writestr("acts.jsonl", files["acts.jsonl"])
    assert "not a whole one: it has no pack.json." in run_alone(tmp_path, made.name).stdout
    entries = files["acts.jsonl"].splitlines()
    for changed, said in (
        (entries[:-1], "nothing stands after it: pack.json says"),
        ([entries[0].replace(b"opened_case", b"opened_cake"), *entries[1:]], "its body was changed"),
        ([*entries[:1], *entries[2:]], "which were before it, are missing"),
    ):
        with zipfile.ZipFile(made, "w") as again:
            for name, content in {**files, "acts.jsonl": b"\n".join(changed)}.items():
                again.writestr(name, content)
        assert said in run_alone(tmp_path, made.name).stdout


def test_what_is_said_of_a_child_is_in_payloads_alone(database: Database) -> None:
    child = {"given_name": "Zebedee", "family_name": "Quillfeather", "born": "2015-01-02"}
    case_at(authority=authority(database=database), point="accepted", children=[child], concerns="Bruises")
    rows, payloads = stored(database)
    bodies = b"".join(bytes(row[3]) for row in rows)
    for private in (b"Zebedee", b"Quillfeather", b"Bruises", b"2015-01-02"):
        assert private not in bodies
        assert any(private in body for body in payloads.values())


def test_the_same_answers_have_another_digest_each_time(database: Database) -> None:
    write(
        database,
        NewEntry("completed", payload={"same_child": "no"}),
    )
    write(database, NewEntry("completed", payload={"same_child": "no"}))
    (first, *_), (second, *_) = [[row[3].partition(b'"payload":"')[2][:64]] for row in stored(database)[0]]
    assert first != second


def test_entries_are_numbered_in_order_of_each_chain(database: Database) -> None:
    write(database, NewEntry("opened"), NewEntry("passed"))
    write(database, NewEntry("viewed"), chain="person:1")
    write(database, NewEntry("completed"), at=MONDAY - timedelta(days=1))
    assert [row[:2] for row in stored(database)[0]] == [("case:1", 2), ("case:1", 3), ("person:1", 1)]
    with database.read() as connection:
        assert [(line.number, line.act) for line in lines(connection, "case:1")] == [(1, 1), (2, 1), (3, 3)]


def test_the_table_refuses_a_second_act_in_one_place(database: Database) -> None:
    write(database, NewEntry("opened"))
    row = {"chain": "case:1", "number": 1, "hash": b"", "body": b"", "at": MONDAY, "kind": "opened"}
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(Act), [row])


def test_nothing_to_say_writes_nothing(database: Database) -> None:
    write(database)
    assert stored(database) == ([], {})


def test_lines_give_back_what_was_written(database: Database) -> None:
    at = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
    fact = NewEntry("completed", "1", "i", "see_child", 2, "b" * 64, ("a_to_b",), {"seen_at": "é"})
    write(database, fact, NewEntry("passed"), at=at)
    with database.read() as connection:
        (first, second) = lines(connection, "case:1")
        assert lines(connection, "case:1", ["passed"]) == (second,)
    assert (first.at, first.actor, first.kind, first.flows) == (at, "social_worker.1", "completed", ("a_to_b",))
    assert (first.case, first.instance, first.element, first.occurrence) == ("1", "i", "see_child", 2)
    assert (first.payload, second.payload) == ({"seen_at": "é"}, None)
    assert (first.erased, second.erased) == (False, False)


def test_a_payload_that_was_erased_is_not_one_that_never_was(database: Database) -> None:
    write(database, NewEntry("completed", payload={"seen_at": "é"}), NewEntry("passed"))
    with database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(delete(Payload))
    with database.read() as connection:
        found = lines(connection, "case:1")
    assert [(line.payload, line.erased) for line in found] == [(None, True), (None, False)]


def test_a_look_says_which_cases_it_showed(database: Database) -> None:
    for case in ("c1", "c2"):
        write(database, NewEntry("opened_case"), chain=f"case:{case}")
    write(database, NewEntry("viewed", cases_shown=("c1", "c2")), chain="person:1")
    with database.read() as connection:
        rows = connection.execute(select(Chain.name).join(Shown, Shown.case_id == Chain.id).order_by(Chain.name))
        assert list(rows.scalars()) == ["case:c1", "case:c2"]


def test_a_kind_that_is_not_in_the_table_is_not_written(database: Database) -> None:
    with pytest.raises(KeyError):
        write(database, NewEntry("invented"))
    assert stored(database) == ([], {})


def kinds_in(text: str) -> Iterator[str]:
    """The kinds that NewEntry, note, settle and the like are given; the trace names three more."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
            "NewEntry",
            "note",
            "_note",
            "_record",
            "record_settled",
            "settle",
        ):
            yield from (
                one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def test_every_kind_of_entry_is_written_and_stands_in_the_table_and_in_the_document() -> None:
    written = {kind for path in (ROOT / "engine").rglob("*.py") for kind in kinds_in(path.read_text())}
    assert {"opened_case", "taken", "role_given", "published"} <= written
    rows = DOCUMENT.read_text().partition("## Kinds of entry")[2].partition("##")[0].splitlines()
    listed = {kind for row in rows if row.startswith("| `") for kind in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert written | {"opened", "withdrawn", "passed"} == set(KINDS) == listed
