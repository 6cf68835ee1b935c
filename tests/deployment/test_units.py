"""systemd understands every line of the units. Where it is not here, a list of what we write there is all there is."""

import shutil
import subprocess
from pathlib import Path

from tests.deployment.installing import units

PROGRAMS = ("opt/throughline/bin/throughline", "opt/throughline/bin/python", "bin/sh", "bin/kill", "usr/bin/logger")
OF_EVERY_MACHINE = ("sysinit", "basic", "shutdown", "network", "sockets", "timers", "multi-user")
KEYS = {
    "Unit": {"Description", "After", "Requires", "Wants", "OnFailure", "StartLimitIntervalSec"},
    "Install": {"WantedBy"},
    "Socket": {"ListenStream", "Backlog"},
    "Timer": {"OnCalendar", "Persistent"},
    "Service": {
        *("Type", "RemainAfterExit", "User", "Group", "EnvironmentFile", "ExecStart", "ExecReload", "KillMode"),
        *("TimeoutStopSec", "Restart", "RestartSec", "LimitNOFILE", "StateDirectory", "StateDirectoryMode", "UMask"),
        *("ReadWritePaths", "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices"),
        *("ProtectKernelTunables", "ProtectControlGroups", "RestrictSUIDSGID"),
    },
}


def unknown(text: str) -> list[str]:
    """Lines that are neither a section, nor a comment, nor one of the keys that belong into their section."""
    found: list[str] = []
    section = ""
    for line in filter(None, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#") and line.partition("=")[0] not in KEYS.get(section, ()):
            found.append(line)
    return found


def verified(machine: Path, files: dict[str, str]) -> str:
    """What systemd-analyze says of the units, on a machine where everything is that they execute."""
    for program in PROGRAMS:
        (machine / program).parent.mkdir(parents=True, exist_ok=True)
        (machine / program).touch(mode=0o755)
    folder = machine / "etc" / "systemd" / "system"
    folder.mkdir(parents=True)
    for name in OF_EVERY_MACHINE:
        (folder / f"{name}.target").write_text(f"[Unit]\nDescription={name}\n")
    for name, content in files.items():
        (folder / name).write_text(content)
    command = ["systemd-analyze", "verify", "--man=no", f"--root={machine}", *(str(folder / name) for name in files)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    files = {unit.name: unit.read_text() for unit in units()}
    spoilt = {name: text.replace("KillMode=mixed", "KillWay=gently") for name, text in files.items()}
    assert [line for text in files.values() for line in unknown(text)] == []
    assert [line for text in spoilt.values() for line in unknown(text)] == ["KillWay=gently"]
    if shutil.which("systemd-analyze"):
        assert verified(tmp_path / "shipped", files) == ""
        assert "KillWay" in verified(tmp_path / "spoilt", spoilt)


def test_every_alarm_has_its_runbook() -> None:
    """Whoever is told that a unit needs a person finds its heading."""
    text = (Path(__file__).parents[2] / "docs" / "deployment.md").read_text()
    alarming = [unit.stem for unit in units() if "OnFailure=" in unit.read_text()]
    assert alarming
    assert [name for name in alarming if f"### {name}\n" not in text] == []
