"""Brings a checkout to the state its locks describe: `.venv`, `node_modules` and the built assets.

Each step leaves a stamp with the digest of what it was made from and is passed over while that digest is the same,
so that the second `make run` starts at once. Run by `make setup`; needs nothing but the standard library.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
NODE_MODULES = ROOT / "node_modules"
ASSETS = ROOT / "webapp" / "assets"
STATIC = ROOT / "webapp" / "static"


def digest(paths: Iterable[Path], *also: str) -> str:
    state = hashlib.sha256("\0".join(also).encode())
    for path in sorted(paths):
        state.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return state.hexdigest()


def step(title: str, stamp: Path, wanted: str, do: Callable[[], None]) -> None:
    """Run `do` unless `stamp` says that it already ran for `wanted`. An interrupted step leaves no stamp."""
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"{title} ...", flush=True)
    started = time.monotonic()
    stamp.unlink(missing_ok=True)
    do()
    stamp.write_text(wanted)
    print(f"{title}: {time.monotonic() - started:.1f} s", flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdin=subprocess.DEVNULL, env=env)


def make_venv() -> None:
    run(sys.executable, "-m", "venv", "--clear", VENV)


def venv_works() -> bool:
    """False also for one that was made elsewhere and moved here: its scripts name the other place."""
    activate = VENV / "bin" / "activate"
    if not VENV_PYTHON.exists() or not activate.exists() or str(VENV) not in activate.read_text():
        return False
    tried = subprocess.run([VENV_PYTHON, "-c", "import pip"], check=False, capture_output=True)
    return tried.returncode == 0


def install_packages() -> None:
    try:
        install_locked_with_uv()
    except subprocess.CalledProcessError:
        print("uv could not do it (see above); trying pip, which takes longer", flush=True)
        run(VENV_PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "-r", LOCK)
    own = ("--no-deps", "--no-build-isolation", "--editable", ".")
    run(VENV / "bin" / "uv", "pip", "install", "--quiet", "--offline", "--python", VENV_PYTHON, *own)


def install_locked_with_uv() -> None:
    """uv is itself in the lock: pip fetches it first, by the same hashes."""
    with tempfile.TemporaryDirectory() as folder:
        uv_alone = Path(folder) / "uv.txt"
        uv_alone.write_text(locked_lines_of("uv"))
        run(VENV_PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps", "-r", uv_alone)
    sync = (VENV / "bin" / "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", VENV_PYTHON, LOCK)
    run(*sync, env=environment_for_uv())


def locked_lines_of(package: str) -> str:
    """The requirement of one package with its hashes, as the lock has it."""
    found = re.search(rf"^{package}==.*?(?=^\S|\Z)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    if found is None:
        raise SystemExit(f"{LOCK.name} does not name {package}")
    return found[0]


def environment_for_uv() -> dict[str, str]:
    """uv does not read pip's settings: hand on the index and the certificates that this machine uses."""
    env = dict(os.environ)
    listed = subprocess.run(
        [VENV_PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    for setting, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        found = re.search(rf"\.{setting}='([^']+)'", listed)
        if found and not env.get(variable):
            env[variable] = found[1]
    return env


def install_node_modules() -> None:
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def build_assets() -> None:
    run("node", ASSETS / "build.mjs")


def set_up() -> None:
    if not venv_works():
        print("Virtual environment ...", flush=True)
        make_venv()
    python = digest([LOCK, ROOT / "pyproject.toml"], str(VENV))
    step("Python packages", VENV / "installed-from", python, install_packages)
    set_up_assets()


def set_up_assets() -> None:
    locks = [ROOT / "package.json", ROOT / "package-lock.json"]
    step("Node packages", NODE_MODULES / "installed-from", digest(locks), install_node_modules)
    sources = [path for path in ASSETS.rglob("*") if path.is_file()]
    step("Scripts and styles", STATIC / "built-from", digest([*sources, *locks]), build_assets)


def main() -> None:
    here = os.open(Path(__file__).parent, os.O_RDONLY)
    fcntl.flock(here, fcntl.LOCK_EX)
    try:
        set_up()
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"Set-up stopped: '{' '.join(failed.cmd)}' ended with status {failed.returncode}") from None


if __name__ == "__main__":
    main()
