"""Runs the programs that hold the house rules, on the checkout or on text with a planted fault."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NODE_BIN = ROOT / "node_modules" / ".bin"


def run(*command: str | Path, folder: Path = ROOT, text: str | None = None) -> tuple[int, str]:
    """The exit status, and all that was said."""
    parts = [str(part) for part in command]
    done = subprocess.run(parts, check=False, cwd=folder, input=text or "", capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def passes(*command: str | Path) -> None:
    status, said = run(*command)
    assert status == 0, f"{Path(command[0]).name} found:\n{said}"


def copy_of_the_code(folder: Path) -> Path:
    """The settings and the code, in a folder where a fault can be planted."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("engine", "webapp"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("static", "assets", "__pycache__")
        )
    return folder
