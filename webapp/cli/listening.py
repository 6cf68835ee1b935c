"""The socket that the site is reached at: one that systemd holds, else one of our own."""

import errno
import os
import socket

from engine.base.settings import socket_of_systemd

WAITING = 1024  # connections that nobody has accepted yet


class CannotListen(Exception):
    """The address or port cannot be had; the message says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Held from before the first word is written, so that a taken port is known at once. Raises CannotListen.

    One that systemd holds is never closed while the site is started anew: whoever asks meanwhile waits in its queue.
    """
    held = socket_of_systemd(os.getpid())
    if held is not None:
        return socket.socket(fileno=held)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(WAITING)
    except OSError as error:
        listener.close()
        raise CannotListen(_why_not(host, port, error)) from None
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another one, for example PORT={port + 1} make run."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this account. Choose one above 1023, for example PORT=8000."
    return f"{host} is not an address of this machine that can be listened on: {error.strerror}."


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
