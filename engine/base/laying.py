"""Laying down a file that must be whole after a power cut, as a key or a checkpoint, and adding lines to one."""

import errno
import os
import secrets
from pathlib import Path


def lay(path: Path, content: bytes) -> None:
    """Whole or not at all, and never over a file that is there; readable by its owner alone.

    The file and its folder are on the disk when this returns. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """What was written into the file, or which files are in the folder, is on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append_lines(path: Path, lines: bytes) -> None:
    """In one write, so that two processes that write at once do not mix their lines.

    A line that was cut short, by a power cut or a full disk, stays as it is: what follows begins on a line of its own.
    Raises OSError where not all could be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        if not size:
            sync(path.parent)
        if size and os.pread(handle, 1, size - 1) != b"\n":
            lines = b"\n" + lines
        if os.write(handle, lines) != len(lines):
            raise OSError(errno.ENOSPC, "a line was cut short", str(path))
        os.fsync(handle)
    finally:
        os.close(handle)
