"""The web server of one process: waitress, which reads whole requests before a thread has anything to do with them.

A head or a body that comes slowly holds a place among the connections, never a thread (docs/decisions/server.md). What
is added here: how long a request may take to come, who gives way when all places are taken, and an end that waits for
what is under way.
"""

import logging
import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, cast

from waitress import wasyncore  # pyright: ignore[reportMissingTypeStubs]
from waitress.adjustments import Adjustments  # pyright: ignore[reportMissingTypeStubs]
from waitress.channel import HTTPChannel  # pyright: ignore[reportMissingTypeStubs]
from waitress.server import TcpWSGIServer  # pyright: ignore[reportMissingTypeStubs]
from waitress.task import ThreadedTaskDispatcher, WSGITask  # pyright: ignore[reportMissingTypeStubs]

from webapp import LARGEST_BODY

THREADS = 8
PLACES = 500  # connections of one process; each may have a file open for its body
OPEN_FILES = 4096
LARGEST_HEAD = 32 * 1024
# Twice what the site takes: whoever sent a little too much reads a page that says so, with the way on.
LARGEST_REQUEST = 2 * LARGEST_BODY
KEPT_IN_MEMORY = 64 * 1024  # of a body on its way; the rest is in a file without a name
HEAD_SECONDS = 20
BODY_SECONDS = 300
SILENT_SECONDS = 30  # in the middle of a request
IDLE_SECONDS = 75  # between two requests
DRAIN_SECONDS = 30
LINGER_SECONDS = 1  # for the request that is just coming on a connection that was kept


class RequestTask(WSGITask):
    """Whoever is answered while the server ends is told to send nothing more on this connection."""

    def build_response_header(self) -> bytes:
        task = cast("Any", self)
        if task.channel.server.ending:
            task.request.headers["CONNECTION"] = "close"
        return super().build_response_header()


class Client(HTTPChannel):
    """A connection. `waiting_since`: since when it has had no whole request under way."""

    task_class = RequestTask

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.waiting_since: float = self.creation_time

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.waiting_since = self.last_activity
        return super().received(data)

    @property
    def is_waiting(self) -> bool:
        return not self.requests

    def is_too_slow(self, now: float) -> bool:
        """A request has its time to come whole, however steadily it drips."""
        silent = now - self.last_activity
        if self.request is None:
            return silent > IDLE_SECONDS
        taken = now - self.waiting_since
        return silent > SILENT_SECONDS or taken > (BODY_SECONDS if self.request.headers_finished else HEAD_SECONDS)


class Server(TcpWSGIServer):
    """Serves an application on a socket that listens, until it is told to end."""

    channel_class = Client

    def __init__(self, application: Callable[..., Any], listener: socket.socket) -> None:
        settings = Adjustments(
            sockets=[listener],
            threads=THREADS,
            connection_limit=PLACES + 10,  # never reached: somebody gives way before
            cleanup_interval=1,
            max_request_header_size=LARGEST_HEAD,
            max_request_body_size=LARGEST_REQUEST,
            inbuf_overflow=KEPT_IN_MEMORY,
            outbuf_high_watermark=1 << 40,  # no thread waits for somebody who reads slowly: the answer goes to a file
            clear_untrusted_proxy_headers=False,  # webapp/networks.py says whose word is taken
            log_socket_errors=False,
            ident=None,
            asyncore_use_poll=True,
        )
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        _allow_files()
        threads = ThreadedTaskDispatcher()
        threads.set_thread_count(THREADS)
        listens = (listener.family, listener.type, listener.proto, listener.getsockname())
        self._listened_to: dict[int, Any] = {}
        self.ending = False
        super().__init__(application, self._listened_to, True, listener, threads, settings, listens, bind_socket=False)

    def run(self) -> None:
        """Until it is told to end; what is under way then is finished first, for DRAIN_SECONDS at most."""
        while not self.ending:
            self._turn()
        self._take_in_who_is_at_the_door()
        self.del_channel()
        ended_at = monotonic()
        while self._clients:
            self._see_off(monotonic() - ended_at)
            self._turn()
        self.task_dispatcher.set_thread_count(0)
        self.close()

    def end(self) -> None:
        """May be called from a signal, or from another thread."""
        self.ending = True
        with suppress(OSError):  # told twice: it has ended already
            self.pull_trigger()

    def handle_accept(self) -> None:
        if len(self._clients) >= PLACES:
            self._make_room()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        for client in self._clients:
            if client.is_waiting and client.is_too_slow(now):
                client.will_close = True

    def _make_room(self) -> None:
        """Whoever has waited longest without a whole request gives way, so that slow clients cannot fill the house."""
        waiting = [client for client in self._clients if client.is_waiting and not client.will_close]
        if waiting:
            min(waiting, key=lambda client: client.waiting_since).will_close = True

    def _take_in_who_is_at_the_door(self) -> None:
        """The system has let them in already; where nobody else serves this socket, they would be cut off."""
        known = -1
        while known < len(self._clients):
            known = len(self._clients)
            self.handle_accept()

    def _see_off(self, seconds: float) -> None:
        """Idle connections get a moment, since one may be asking just now."""
        for client in self._clients:
            idle = client.is_waiting and client.request is None and not client.total_outbufs_len
            if seconds >= (LINGER_SECONDS if idle else DRAIN_SECONDS):
                client.will_close = True

    def _turn(self) -> None:
        wasyncore.loop(timeout=1, use_poll=True, map=self._listened_to, count=1)

    @property
    def _clients(self) -> list[Client]:
        return [one for one in self._listened_to.values() if isinstance(one, Client)]


def _allow_files() -> None:
    """Many systems let a process open 1,024, but more if it asks."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
