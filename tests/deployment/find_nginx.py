"""Finds nginx, or unpacks the one of Debian's packages where the machine has none. Prints its path.

The package is only downloaded and unpacked, into a folder here: installing it would start a server on this machine.
"""

import shutil
import subprocess
import sys
from pathlib import Path

UNPACKED = Path(__file__).parent / "unpacked"
PACKAGED = UNPACKED / "usr" / "sbin" / "nginx"


def find() -> str:
    """Raises SystemExit, saying what to do, when there is none and none can be had."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or shutil.which("nginx")
    if found:
        return found
    if PACKAGED.exists() or fetched():
        return str(PACKAGED)
    raise SystemExit("No nginx here, and none could be fetched: install it (on Debian and Ubuntu: apt install nginx)")


def fetched() -> bool:
    if not shutil.which("apt-get"):
        return False
    UNPACKED.mkdir(exist_ok=True)
    download = ("apt-get", "download", "-qq", "nginx")
    if not say_and_run(*download):  # the lists of packages may be missing or old
        say_and_run("apt-get", "update", "-qq")
        say_and_run(*download)
    packages = [str(path) for path in UNPACKED.glob("nginx_*.deb")]
    return bool(packages) and say_and_run("dpkg-deb", "--extract", packages[-1], str(UNPACKED)) and PACKAGED.exists()


def say_and_run(*command: str) -> bool:
    """Standard output carries the answer alone; everything else goes to standard error."""
    sys.stderr.write(f"For the tests of the deployment: {' '.join(command)}\n")
    done = subprocess.run(command, check=False, cwd=UNPACKED, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.stdout.write(f"{find()}\n")
