"""Finds a Chromium that starts, and fetches one where the machine has none. Prints its path.

In this order: the one that CHROMIUM names, one on the path, one from apt when run by root, one from the npm package
`@sparticuz/chromium`, which needs no rights and brings the libraries that a small container lacks.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NPM = Path(__file__).parent / "chromium"
UNPACKED = NPM / "unpacked"

# The browser of the npm package looks for its libraries and its fonts where the package was made to run.
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH="{folder}/al2023/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="{folder}/fonts.conf"
exec "{folder}/chromium" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


def find() -> str:
    """Raises SystemExit, saying what to do, when there is none and none can be had."""
    chosen = os.environ.get("CHROMIUM")
    if chosen and not starts(chosen):
        raise SystemExit(f"CHROMIUM={chosen} does not start")
    found = chosen or on_the_path() or from_apt() or from_npm()
    if not found:
        raise SystemExit("No Chromium here, and none could be fetched: install one, or name one in CHROMIUM")
    return found


def starts(path: str) -> bool:
    """Some systems have a program of the name that only says where to get the browser."""
    try:
        tried = subprocess.run([path, "--headless", "--no-sandbox", "--version"], check=False, capture_output=True)
    except OSError:
        return False
    return tried.returncode == 0


def on_the_path() -> str | None:
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and starts(path)), None)


def from_apt() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    fetched = say_and_run("apt-get", "update", "-qq", env=quiet) and say_and_run(
        "apt-get", "install", "-qq", "--no-install-recommends", "chromium", env=quiet
    )
    return on_the_path() if fetched else None


def from_npm() -> str | None:
    start = UNPACKED / "start"
    if not start.exists() and not unpack_from_npm(start):
        return None
    return str(start) if starts(str(start)) else None


def unpack_from_npm(start: Path) -> bool:
    """Pretends to be the place that the package was made for, so that it unpacks its libraries too."""
    if not say_and_run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=NPM):
        return False
    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir()
    there = {**os.environ, "TMPDIR": str(UNPACKED), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x"}
    unpack = 'import("@sparticuz/chromium").then((package_) => package_.default.executablePath())'
    if not say_and_run("node", "--eval", unpack, folder=NPM, env=there):
        return False
    (UNPACKED / "fonts.conf").write_text(FONTS.format(folder=UNPACKED))
    start.write_text(WRAPPER.format(folder=UNPACKED))
    start.chmod(0o755)
    return True


def say_and_run(*command: str, folder: Path | None = None, env: dict[str, str] | None = None) -> bool:
    """Standard output carries the answer alone; everything else goes to standard error."""
    sys.stderr.write(f"For the browser tests: {' '.join(command)}\n")
    done = subprocess.run(command, check=False, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.stdout.write(f"{find()}\n")
