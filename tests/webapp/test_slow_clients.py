"""Nobody can hold the door: what comes slowly, in masses or too large holds no thread, and gives way to others."""

import socket
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from typing import Any

import pytest

from webapp.cli import server as served
from webapp.cli.listening import listen
from webapp.cli.server import Client, Server

LONGEST = 30
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: here\r\nX: "
HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nconcerns"
WHOLE = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HELD = b"GET /held HTTP/1.1\r\nHost: here\r\n\r\n"


class Site:
    """Answers with how much it was sent; under /held only once it is let go."""

    def __init__(self) -> None:
        self.listener = listen("127.0.0.1", 0)
        self.port = self.listener.getsockname()[1]
        self.server = Server(self.answer, self.listener)
        self.held, self.let_go = threading.Event(), threading.Event()
        self.running = threading.Thread(target=self.server.run)
        self.running.start()

    def answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/held":
            self.held.set()
            assert self.let_go.wait(LONGEST)
        said = str(len(environ["wsgi.input"].read())).encode()
        start_response("200 OK", [("Content-Length", str(len(said)))])
        return [said]

    def sent(self, sending: bytes) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=LONGEST)
        made.sendall(sending)
        return made

    def answered(self, sending: bytes) -> bytes:
        with self.sent(sending) as asking:
            return answer_to(asking)

    def clients(self) -> list[Client]:
        return self.server._clients

    def stop(self) -> None:
        self.let_go.set()
        self.server.end()
        self.running.join()


@pytest.fixture
def site() -> Generator[Site]:
    made = Site()
    yield made
    made.stop()


def answer_to(asking: socket.socket) -> bytes:
    """Head and body, which all say how long they are."""
    said = b""
    while b"\r\n\r\n" not in said or said.endswith(b"\r\n\r\n"):
        more = asking.recv(4096)
        assert more, said
        said += more
    return said


def is_closed(asking: socket.socket) -> bool:
    try:
        return asking.recv(1) == b""
    except ConnectionResetError:
        return True


def is_open(asking: socket.socket) -> bool:
    asking.setblocking(False)
    try:
        return asking.recv(1) != b""
    except BlockingIOError:
        return True


def test_two_hundred_who_stop_half_way_hold_up_nobody(site: Site) -> None:
    with ExitStack() as slow:
        for half in (HALF_A_HEAD, HALF_A_BODY) * 100:
            slow.enter_context(site.sent(half))
        for _ in range(served.THREADS + 1):
            assert site.answered(WHOLE).startswith(b"HTTP/1.1 200 OK")
        assert len(site.clients()) >= 200


def test_when_all_places_are_taken_the_longest_waiting_gives_way(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "PLACES", 20)
    with ExitStack() as slow:
        working = slow.enter_context(site.sent(HELD))
        assert site.held.wait(LONGEST)
        first, *_, last = [slow.enter_context(site.sent(HALF_A_HEAD)) for _ in range(40)]
        assert site.answered(WHOLE).endswith(b"0")
        assert is_closed(first)
        assert is_open(last)
        assert len(site.clients()) <= served.PLACES + 1
        site.let_go.set()
        assert answer_to(working).endswith(b"0")


def test_without_that_slow_clients_fill_the_house(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "PLACES", 20)
    monkeypatch.setattr(site.server, "_make_room", lambda: None)
    with ExitStack() as slow:
        for _ in range(40):
            slow.enter_context(site.sent(HALF_A_HEAD))
        site.answered(WHOLE)
        assert len(site.clients()) > served.PLACES + 1


@pytest.mark.parametrize(
    ("sending", "limit"),
    [
        (HALF_A_HEAD, "HEAD_SECONDS"),
        (HALF_A_BODY, "BODY_SECONDS"),
        (HALF_A_BODY, "SILENT_SECONDS"),
        (b"", "IDLE_SECONDS"),
    ],
)
def test_what_does_not_come_whole_in_time_is_closed(
    site: Site, monkeypatch: pytest.MonkeyPatch, sending: bytes, limit: str
) -> None:
    """Each limit by itself: the others are taken away, and without it nothing is closed."""
    seconds = getattr(served, limit)
    for one in ("HEAD_SECONDS", "BODY_SECONDS", "SILENT_SECONDS", "IDLE_SECONDS"):
        monkeypatch.setattr(served, one, 1e9)
    with site.sent(sending) as slow:
        site.answered(WHOLE)  # by then the other has been read
        (client,) = [one for one in site.clients() if one.addr[1] == slow.getsockname()[1]]
        site.server.maintenance(client.last_activity + seconds + 1)
        assert not client.will_close
        monkeypatch.setattr(served, limit, seconds)
        site.server.maintenance(client.last_activity + seconds - 1)
        assert not client.will_close
        site.server.maintenance(client.last_activity + seconds + 1)
        assert is_closed(slow)


def test_whoever_waits_for_an_answer_is_never_too_slow(site: Site) -> None:
    with site.sent(HELD) as asking:
        assert site.held.wait(LONGEST)
        site.server.maintenance(site.clients()[0].last_activity + 10_000)
        site.let_go.set()
        assert answer_to(asking).endswith(b"0")


def test_heads_and_bodies_have_a_largest_size(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    large_head = WHOLE[:-2] + b"X: " + b"x" * served.LARGEST_HEAD + b"\r\n\r\n"
    large_body = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % served.LARGEST_REQUEST
    endless = b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + b"x" * 1024 + b"\r\n"
    monkeypatch.setattr(site.server.adj, "max_request_body_size", 1024)
    assert site.answered(large_head)[8:13] == b" 431 "
    assert site.answered(large_body)[8:13] == b" 413 "
    assert site.answered(endless)[8:13] == b" 413 "
    monkeypatch.setattr(site.server.adj, "max_request_header_size", 1 << 30)
    monkeypatch.setattr(site.server.adj, "max_request_body_size", 1 << 30)
    assert site.answered(large_head).startswith(b"HTTP/1.1 200 OK")
    with site.sent(endless + b"0\r\n\r\n") as asking:
        assert answer_to(asking).endswith(b"1024")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"HTTP/1.1 200 OK"),
        (b"Transfer-Encoding: gzip, chunked", b"HTTP/1.1 501 "),
        (b"Content-Length: 4\r\nContent-Length: 15", b"HTTP/1.1 400 "),
        (b"Content-Length: +15", b"HTTP/1.1 400 "),
    ],
)
def test_where_a_request_ends_is_read_in_one_way(site: Site, said: bytes, answered: bytes) -> None:
    """Else what one program takes for the end of a request is in the midst of it for another, who then answers what
    nobody asked. Pieces are the way, whatever the length says; what has two meanings is refused.
    """
    pieces = b"5\r\nhello\r\n0\r\n\r\n"
    answer = site.answered(b"POST / HTTP/1.1\r\nHost: here\r\n" + said + b"\r\n\r\n" + pieces)
    assert answer.startswith(answered)
    assert answered != b"HTTP/1.1 200 OK" or answer.endswith(b"\r\n\r\n5")


def test_it_ends_once_everybody_has_their_answer(site: Site) -> None:
    """Somebody waits for an answer, somebody is still sending, somebody has just connected, and one does nothing."""
    with ExitStack() as clients:
        working, sending, idle = (clients.enter_context(site.sent(one)) for one in (HELD, HALF_A_BODY, WHOLE))
        assert answer_to(idle)
        assert site.held.wait(LONGEST)
        site.server.end()
        assert is_closed(idle)
        sending.sendall(b"x" * 92)
        assert answer_to(sending).endswith(b"\r\n\r\n100")
        assert site.running.is_alive()
        site.let_go.set()
        answer = answer_to(working)
        assert answer.endswith(b"\r\n\r\n0")
        assert b"Connection: close" in answer
        site.running.join(LONGEST)
        assert not site.running.is_alive()


def test_it_does_not_wait_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "DRAIN_SECONDS", 0)
    monkeypatch.setattr(served, "LINGER_SECONDS", 0)
    with site.sent(HALF_A_BODY) as sending:
        site.answered(WHOLE)
        site.server.end()
        assert is_closed(sending)
        site.running.join(LONGEST)
        assert not site.running.is_alive()
