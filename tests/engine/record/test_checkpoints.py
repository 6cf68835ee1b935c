"""How far the record has come is signed and kept outside the database, whatever happens to either."""

import json
import stat
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import event, func, select
from structlog.testing import capture_logs

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotPossible
from engine.base.settings import BadSetting
from engine.commands.checkpointing import EVERY, keep_outside, take
from engine.people.identity import SYSTEM
from engine.record.chain import INSTALLATION, NewEntry, append
from engine.record.checkpoints import COMPLETE_EVERY, HeadsLog, SigningKey, heads, source
from engine.record.verifier import merkle_root, report, verify
from engine.tables import Act, Checkpoint
from tests.builders import MONDAY, authority, case_at
from tests.engine.record.hand import take_triggers_away

MINUTE = timedelta(minutes=1)


@dataclass
class Keeping:
    """A record, and where its checkpoints are kept."""

    database: Database
    place: Path
    key: SigningKey
    log: HeadsLog

    def minute(self, number: int) -> None:
        keep_outside(self.database, MONDAY + number * MINUTE, self.key, self.place, self.log)

    def write(self, chain: str, *kinds: str) -> None:
        with self.database.transaction() as connection:
            append(connection, chain, "social_worker.1", MONDAY, [NewEntry(kind) for kind in kinds])

    def files(self) -> list[str]:
        return sorted(file.name for file in self.place.glob("*.json"))

    def file(self, number: int) -> dict[str, Any]:
        return json.loads((self.place / f"{number:06}.json").read_bytes())

    def said(self, number: int) -> dict[str, Any]:
        return json.loads(self.file(number)["statement"].partition("\n")[2])

    def faults(self) -> list[str]:
        with self.database.read() as connection:
            return [f"{fault.where}: {fault.what}" for fault in verify(source(connection, self.place)).faults]


@pytest.fixture
def keeping(database: Database, tmp_path: Path) -> Keeping:
    place = tmp_path / "checkpoints"
    key = SigningKey(tmp_path / "keys" / "key.pem")
    return Keeping(database, place, key, HeadsLog(place, key))


def test_the_heads_are_the_last_entries_of_all_chains(keeping: Keeping) -> None:
    with keeping.database.read() as connection:
        assert heads(connection) == {}
    for chain in ("case:b", "case:a", "person:1", "installation", "case:a"):
        keeping.write(chain, "opened", "passed")
    with keeping.database.read() as connection:
        last = connection.execute(select(Act.chain, func.max(Act.number)).group_by(Act.chain))
        found = heads(connection)
        assert {chain: number for chain, (number, _) in found.items()} == {row[0]: row[1] for row in last}
        hashes = connection.execute(select(Act.chain, Act.number, Act.hash)).all()
    assert set(found.items()) <= {(chain, (number, digest.hex())) for chain, number, digest in hashes}


def test_a_checkpoint_is_made_every_hour_and_names_what_moved(keeping: Keeping) -> None:
    keeping.write("case:a", "opened")
    keeping.write("case:b", "opened")
    for number in range(59):
        keeping.minute(number)
    assert keeping.files() == ["000001.json"]
    keeping.write("case:b", "passed")
    keeping.minute(60)
    assert keeping.files() == ["000001.json", "000002.json"]
    assert [head[:2] for head in keeping.file(1)["heads"]] == [["case:a", 1], ["case:b", 1]]
    assert [head[:2] for head in keeping.file(2)["heads"]] == [["case:b", 2], ["installation", 1]]
    assert (keeping.said(2)["chains"], keeping.said(2)["entries"], keeping.said(2)["complete"]) == (3, 4, False)
    assert keeping.faults() == []


def test_every_so_many_name_all_chains_again(keeping: Keeping) -> None:
    keeping.write("case:a", "opened")
    for hour in range(COMPLETE_EVERY + 2):
        keeping.minute(60 * hour)
    complete = [number for number in range(1, COMPLETE_EVERY + 3) if keeping.said(number)["complete"]]
    assert complete == [1, COMPLETE_EVERY + 1]
    assert keeping.faults() == []


def test_one_that_is_asked_for_names_all_chains_and_is_for_those_who_oversee(keeping: Keeping) -> None:
    at = authority(database=keeping.database)
    keeping.minute(0)
    auditor = at.actor("auditor")
    assert take(keeping.database, auditor, MONDAY + MINUTE, keeping.key, keeping.place) == 2
    assert keeping.said(2)["complete"] is True
    with pytest.raises(NotAllowed):
        take(keeping.database, at.actor("administrator"), MONDAY, keeping.key, keeping.place)
    assert keeping.faults() == []


def test_what_lies_outside_is_never_written_over_or_put_back(keeping: Keeping) -> None:
    """Else somebody could take a file away, change the row, and let the product lay the changed one out."""
    for hour in range(3):
        keeping.minute(60 * hour)
    (keeping.place / "000002.json").unlink()
    changed = (keeping.place / "000003.json").read_bytes() + b" "
    (keeping.place / "000003.json").write_bytes(changed)
    keeping.minute(180)
    assert keeping.files() == ["000001.json", "000003.json", "000004.json"]
    assert (keeping.place / "000003.json").read_bytes() == changed
    assert any(fault.startswith("checkpoint 2: is missing in the folder") for fault in keeping.faults())


def test_what_is_being_laid_there_is_not_read_yet(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has its name in a moment, and is gone by then under the one that it had: that ended `verify` once."""
    keeping.minute(0)
    (keeping.place / ".000002.json.0a5f4829").write_bytes(b"{")
    reads = Path.read_bytes

    def read_by_then(path: Path) -> bytes:
        if path.name.startswith("."):
            path.unlink()
        return reads(path)

    monkeypatch.setattr(Path, "read_bytes", read_by_then)
    assert keeping.faults() == []


def test_a_folder_that_cannot_be_written_is_told_and_caught_up_with(keeping: Keeping) -> None:
    keeping.write("case:a", "opened")
    keeping.place.write_text("a file where the folder should be")
    with capture_logs() as told:
        keeping.minute(0)
    assert [line["log_level"] for line in told] == ["error"]
    with pytest.raises(NotPossible, match="cannot be kept outside"):
        take(keeping.database, SYSTEM, MONDAY, keeping.key, keeping.place)
    keeping.place.unlink()
    keeping.minute(1)
    assert keeping.files() == ["000001.json"]
    assert keeping.faults() == []


def test_the_log_holds_each_head_once_and_all_again_after_a_start(keeping: Keeping) -> None:
    keeping.write("case:a", "opened")
    keeping.minute(0)
    keeping.minute(1)
    keeping.write("case:a", "passed")
    keeping.minute(2)
    keeping.log = HeadsLog(keeping.place, keeping.key)
    keeping.minute(3)
    lines = (keeping.place / "heads" / "2026-03-02.log").read_text().splitlines()
    assert [line.split()[1:3] for line in lines if " signed " not in line] == [
        ["case:a", "1"], ["installation", "1"], ["case:a", "2"], ["case:a", "2"], ["installation", "1"],
    ]  # fmt: skip
    assert keeping.faults() == []


def test_what_happened_since_the_newest_checkpoint_is_held_by_the_log(keeping: Keeping) -> None:
    keeping.minute(0)
    keeping.write("case:a", "opened", "passed")
    keeping.minute(1)
    without_log = list(keeping.place.glob("heads/*"))
    with keeping.database.engine.begin() as connection:
        take_triggers_away(connection)
        connection.exec_driver_sql("DELETE FROM act WHERE chain = 'case:a'")
        connection.exec_driver_sql("DELETE FROM chain WHERE name = 'case:a'")
    assert keeping.faults() == ["case:a: is gone: heads/2026-03-02.log line 1 says that it has 2 entries"]
    for file in without_log:
        file.unlink()
    assert keeping.faults() == []


def statements_of_a_minute(keeping: Keeping, number: int) -> list[str]:
    """Which chains were asked for their heads."""
    asked: list[str] = []

    def hear(*arguments: Any) -> None:
        asked.append(str(arguments[2]))

    event.listen(keeping.database.engine, "before_cursor_execute", hear)
    keeping.minute(number)
    event.remove(keeping.database.engine, "before_cursor_execute", hear)
    return asked


def test_after_the_first_minute_only_chains_that_moved_are_read(keeping: Keeping) -> None:
    for case in ("case:a", "case:b", "case:c"):
        keeping.write(case, "opened")
    keeping.minute(0)
    assert [one for one in statements_of_a_minute(keeping, 60) if "FROM chain" in one] == []
    with keeping.database.read() as connection:
        assert heads(connection, MONDAY + 60 * MINUTE).keys() == {INSTALLATION}
        assert heads(connection, MONDAY).keys() == {"case:a", "case:b", "case:c", INSTALLATION}


def test_what_is_written_after_the_clock_was_put_back_is_noted(keeping: Keeping) -> None:
    keeping.minute(3 * 60)
    keeping.write("case:a", "opened")  # on Monday, three hours ago
    keeping.minute(0)
    lines = "".join(file.read_text() for file in keeping.place.glob("heads/*"))
    assert " case:a 1 " in lines
    assert keeping.faults() == []


def test_a_line_that_was_cut_short_stays_one_line(keeping: Keeping) -> None:
    """A power cut while it was written: it is called so, and what follows is read."""
    keeping.write("case:a", "opened")
    keeping.minute(0)
    (file,) = keeping.place.glob("heads/*")
    for kept in (60, 25, 30, 10):
        whole = file.read_bytes()
        file.write_bytes(whole + whole[:kept])
        keeping.write("case:a", "passed")
        keeping.log = HeadsLog(keeping.place, keeping.key)
        keeping.minute(1)
    with keeping.database.read() as connection:
        found = verify(source(connection, keeping.place))
    assert (found.faults, found.counts["cut"]) == ([], 4)
    assert "4 lines of the heads were cut short" in report(found)
    file.write_bytes(file.read_bytes().replace(b" case:a ", b" case:a.", 1))
    assert keeping.faults() == [
        f"heads/{file.name} line 1: cannot be read: it was changed",
        f"heads/{file.name} line 2: 1 lines were signed here, and 0 are left",
    ]


def test_the_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "checkpoints.pem"
    assert SigningKey(path).name == SigningKey(path).name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_no_such_key_is_refused_and_named(tmp_path: Path) -> None:
    other = generate_private_key(public_exponent=65537, key_size=2048)
    contents = (b"", b"nothing", other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for number, content in enumerate(contents):
        (tmp_path / str(number)).write_bytes(content)
        with pytest.raises(BadSetting, match="is not an Ed25519 key"):
            SigningKey(tmp_path / str(number))


def test_a_checkpoint_of_another_key_is_found(keeping: Keeping, tmp_path: Path) -> None:
    """Somebody who owns the database and has no key makes one that says what they want."""
    keeping.minute(0)
    forger = SigningKey(tmp_path / "forged.pem")
    take(keeping.database, SYSTEM, MONDAY, forger, tmp_path / "elsewhere")
    with keeping.database.read() as connection:
        content = connection.scalar(select(Checkpoint.content).where(Checkpoint.number == 2))
    assert content
    (keeping.place / "000002.json").write_bytes(content)
    assert keeping.faults() == ["checkpoint 2: its key is not here, or its signature is not of this key"]


def test_the_merkle_root_is_of_every_head_and_its_place() -> None:
    seven = [(f"case:{number}", number, f"{number:064}") for number in range(1, 8)]
    roots = [merkle_root(seven[:count]) for count in range(8)]
    roots += [merkle_root([*seven[:3], ("case:4", 5, f"{4:064}"), *seven[4:]])]
    assert len(set(roots)) == len(roots)
    assert merkle_root(reversed(seven)) == merkle_root(seven)


def test_a_whole_case_goes_out_and_agrees(keeping: Keeping) -> None:
    case_at(authority=authority(database=keeping.database), point="closed")
    keeping.minute(0)
    keeping.minute(int(EVERY / MINUTE))
    assert keeping.faults() == []
