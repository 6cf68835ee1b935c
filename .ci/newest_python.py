"""Makes `.venv/newest` with the newest Python of this machine and the locked packages, for `make test-newest`.

Where there is none that is newer than the one of `.venv`, nothing is made, and what was made before is removed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from set_up import LOCK, ROOT, VENV, digest, environment_for_uv, run, step

SUPPORTED = ((3, 12), (3, 13), (3, 14))
NEWEST = VENV / "newest"
Version = tuple[int, int]


def candidates(environment: dict[str, str]) -> Iterator[Path]:
    """Every place where a Python may be: on the path, and among those that pyenv and uv keep."""
    home = Path(environment.get("HOME", "/"))
    kept = (Path(environment.get("PYENV_ROOT", home / ".pyenv")) / "versions", home / ".local/share/uv/python")
    folders = [Path(folder) for folder in environment.get("PATH", "").split(os.pathsep) if folder]
    folders += [found for place in kept for found in sorted(place.glob("*/bin"))]
    for folder in folders:
        for major, minor in SUPPORTED:
            if (command := folder / f"python{major}.{minor}").exists():
                yield command


def version_of(command: Path) -> Version | None:
    """None for what does not run, as the stand-ins of pyenv for a version that is not chosen."""
    asked = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    tried = subprocess.run(
        [command, "-c", asked], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    words = tried.stdout.split()
    return (int(words[0]), int(words[1])) if tried.returncode == 0 and len(words) == 2 else None


def newest(commands: Iterable[Path], than: Version) -> Path | None:
    found = [(version, command) for command in commands if (version := version_of(command)) and version > than]
    return max(found)[1] if found else None


def install() -> None:
    uv = VENV / "bin" / "uv"
    python = NEWEST / "bin" / "python"
    run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, LOCK, env=environment_for_uv())
    own = ("--no-deps", "--no-build-isolation", "--editable", ".")
    run(uv, "pip", "install", "--quiet", "--offline", "--python", python, *own)


def make(command: Path) -> None:
    run(command, "-m", "venv", "--clear", NEWEST)
    install()


def main() -> None:
    command = newest(candidates(dict(os.environ)), sys.version_info[:2])
    if command is None:
        shutil.rmtree(NEWEST, ignore_errors=True)
        print("The newest Python of this machine is the one set up: nothing more to run.", flush=True)
        return
    wanted = digest([LOCK, ROOT / "pyproject.toml"], str(command))
    step(f"Packages for {command.name}", NEWEST / "installed-from", wanted, lambda: make(command))


if __name__ == "__main__":
    main()
