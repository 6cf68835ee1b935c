"""An installation as its operator has it: a database that may be lost, and the folder and key that outlive it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.backup.backup_folder import Backup, read_backup
from engine.base.database import Database
from engine.commands.backing_up import back_up
from engine.commands.checkpointing import keep_outside
from engine.commands.restoring import Restored, restore
from engine.people.identity import SYSTEM
from engine.record import checkpoints
from engine.record.checkpoints import HeadsLog, SigningKey, source
from engine.record.verifier import Found, verify
from tests.builders import HERE, HOUR, MONDAY, Authority, case_at

KEYS = {"forms": "a fingerprint"}


@dataclass
class House:
    """An installation: its database, and the folder and key that outlive it. `hour` is how late it is."""

    database: Database
    place: Path
    key: SigningKey
    hour: int = 0
    log: HeadsLog = field(init=False)

    def __post_init__(self) -> None:
        self.log = HeadsLog(self.place, self.key)

    @property
    def now(self) -> Any:
        return MONDAY + self.hour * HOUR

    def hours(self, count: int) -> None:
        """Each brings a referral, and the clock that notes it outside."""
        at = Authority(self.database, HERE, "duty_team", "other_team")
        for _ in range(count):
            case_at(authority=at, now=self.now)
            self.keep()
            self.hour += 1

    def keep(self) -> None:
        keep_outside(self.database, self.now, self.key, self.place, self.log)

    def back_up(self, folder: Path) -> Backup:
        back_up(self.database, SYSTEM, self.now, folder, self.place, KEYS)
        return read_backup(folder)

    def lost(self, database: Database) -> None:
        """The machine is gone; another database is empty, and a new process writes the log."""
        self.database, self.log = database, HeadsLog(self.place, self.key)

    def put_back(self, backup: Backup) -> Restored:
        done = restore(self.database, SYSTEM, self.now, backup, self.key, self.place)
        with self.database.read() as connection:
            checkpoints.lay_out(connection, self.place, self.key)
        return done

    def found(self) -> Found:
        with self.database.read() as connection:
            return verify(source(connection, self.place))

    def faults(self) -> list[str]:
        return [f"{fault.where}: {fault.what}" for fault in self.found().faults]
