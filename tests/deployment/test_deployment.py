"""The deployment that docs/deployment.md describes: each unit's own command from the wheel, in order, behind nginx."""

import os
import signal
import socket
import ssl
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import make_url, text

from engine.base import clock
from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.sessions import begin
from tests.builders import account, authority
from tests.deployment.installing import NAME, Deployment, install, values
from tests.deployment.running import LONGEST, Front, asking_all_the_while, children, runs, started, until
from tests.second_factors import has_app
from tests.webapp.test_serving import free_port
from webapp.cli.listening import listen

HALF_A_BODY = f"POST /refer HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 500000\r\n\r\nconcerns=xx".encode()
ROLES = ("throughline_owner", "throughline_site")


@dataclass
class Running:
    deployment: Deployment
    database: Database
    web: "Popen[bytes]"
    listener: socket.socket
    front: Front
    session: dict[str, str]

    @property
    def workers(self) -> set[int]:
        return children(self.web.pid)


def as_role(address: str, role: str) -> str:
    return make_url(address).set(username=role).render_as_string(hide_password=False)


@pytest.fixture
def database(postgresql_database: Database) -> Generator[Database]:
    """That of the owner; whoever has no rights of root reaches it too."""
    folder = make_url(postgresql_database.url).query.get("host")
    if os.geteuid() == 0 and isinstance(folder, str) and folder.startswith("/"):
        Path(folder).chmod(0o711)
    with postgresql_database.engine.begin() as connection:
        for role in ROLES:
            connection.execute(
                text(f"CREATE ROLE {role} LOGIN SUPERUSER" if "owner" in role else f"CREATE ROLE {role} LOGIN")
            )
    yield postgresql_database
    with postgresql_database.engine.begin() as connection:
        for role in ROLES:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))


@pytest.fixture
def running(database: Database, tmp_path: Path) -> Generator[Running]:
    """As systemd starts it: the tables, the clock, the site on the socket that systemd holds; then nginx.

    Somebody asks for a page before the site runs, as while it is started anew.
    """
    address = database.url.render_as_string(hide_password=False)
    with ExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        ports = (free_port(), free_port(), listener.getsockname()[1])
        made = Deployment(tmp_path / "machine", address, *ports)
        install(made, {"owner.env": as_role(address, ROLES[0]), "throughline.env": as_role(address, ROLES[1])})
        here = authority(database=database)
        worker, elsewhere = account(role="social_worker"), Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path)})
        has_app(database, elsewhere, worker, clock.now())  # asked of everybody; its codes are not asked for here
        token = begin(database, here.system, clock.now(), worker)
        for name in ("web", "scheduler", "nginx"):
            (made.root / name).mkdir()
        early = stack.enter_context(socket.create_connection(("127.0.0.1", made.behind), timeout=LONGEST))
        early.sendall(b"GET /sign-in HTTP/1.1\r\nHost: here\r\n\r\n")
        made.run("throughline-upgrade.service")
        running: list[Popen[bytes]] = []
        for name, held in (("scheduler", None), ("web", listener)):
            (command,) = made.commands(unit := f"throughline-{name}.service")
            process = started(command, made.root / name, made.environment(unit), held)
            running.append(stack.enter_context(process))
        stack.enter_context(started(made.nginx(), made.root / "nginx", {"PATH": "/usr/bin:/bin"}))
        until(lambda: any(one.poll() is not None for one in running) or "Throughline is at" in said(made, "web"))
        assert [one.poll() for one in running] == [None, None], said(made, "web") + said(made, "scheduler")
        assert early.recv(12) == b"HTTP/1.1 200"
        front = Front(made.port, NAME, made.trusting)
        yield Running(made, database, running[1], listener, front, {"Cookie": f"__Host-session={token}"})


def said(deployment: Deployment, name: str) -> str:
    return (deployment.root / name / "said").read_text()


def test_it_runs_and_goes_on_whatever_becomes_of_its_parts(running: Running) -> None:
    reached_through_nginx(running)
    slow_clients_hold_up_nobody(running)
    processes_are_replaced_without_a_refused_request(running)
    the_night_ends_well(running)
    the_end_is_said_on_a_page(running)


def reached_through_nginx(running: Running) -> None:
    status, headers, page = running.front.get("/tasks", running.session)
    assert (status, "Your tasks" in page) == (200, True)
    assert headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]
    assert headers["Server"] == "nginx"
    with socket.create_connection(("127.0.0.1", running.deployment.plain), timeout=LONGEST) as plain:
        plain.sendall(f"GET /refer?a=b HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        assert f"Location: https://{NAME}/refer?a=b\r\n" in plain.recv(4096).decode()
    with socket.create_connection(("127.0.0.1", running.deployment.plain), timeout=LONGEST) as plain:
        plain.sendall(f"GET /metrics HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        assert plain.recv(12) == b"HTTP/1.1 404"
    asset = next(part for part in page.split('"') if part.startswith("/static/") and part.endswith(".css"))
    assert running.front.get(asset, {"Accept-Encoding": "identity"})[0] == 200
    assert "Content-Encoding" not in running.front.get("/sign-in", {"Accept-Encoding": "gzip"})[1]
    with running.front.connect() as large:
        large.sendall(f"POST /refer HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 10000000\r\n\r\n".encode())
        assert large.recv(12) == b"HTTP/1.1 413"
    log = (running.deployment.root / "var/log/nginx/throughline.log").read_text()
    assert "127.0.0.1 GET /tasks 200" in log
    assert running.front.get("/nothing?name=Hallam")[0] == 404
    assert "Hallam" not in (running.deployment.root / "var/log/nginx/throughline.log").read_text()


def slow_clients_hold_up_nobody(running: Running) -> None:
    """From one address: a hundred that do nothing, and one more half-sent form than the hundred that may wait."""
    with ExitStack() as slow:
        for _ in range(100):
            idle = socket.create_connection(("127.0.0.1", running.deployment.port), LONGEST, ("127.0.0.2", 0))
            slow.enter_context(idle)
        half = [slow.enter_context(running.front.connect("127.0.0.2")) for _ in range(101)]
        for one in half:
            one.sendall(HALF_A_BODY)
            one.setblocking(False)
        until(lambda: any(refused(one) for one in half))
        for _ in range(10):
            assert running.front.get("/sign-in")[0] == 200
    for address, way, burst in (("127.0.0.3", "GET", 300), ("127.0.0.4", "POST", 100)):
        with running.front.connect(address) as flood:
            answers = [answer_on(flood, f"{way} /metrics") for _ in range(burst)]
            assert "429" in (answer_on(flood, f"{way} /metrics") for _ in range(500))
        assert set(answers) == {"403"}
    assert running.front.get("/sign-in")[0] == 200


def refused(sending: ssl.SSLSocket) -> bool:
    try:
        return sending.recv(12) == b"HTTP/1.1 429"
    except ssl.SSLWantReadError:
        return False


def answer_on(kept: socket.socket, asked: str) -> str:
    kept.sendall(f"{asked} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 0\r\n\r\n".encode())
    answer = kept.recv(8192).decode()
    return answer.split(" ", 2)[1]


def processes_are_replaced_without_a_refused_request(running: Running) -> None:
    first = running.workers
    assert len(first) == 2
    assert values("throughline-web.service", "ExecReload") == ["/bin/kill -HUP $MAINPID"]
    with asking_all_the_while(running.front, "/sign-in") as got:
        running.web.send_signal(signal.SIGHUP)
        until(lambda: len(running.workers) == 2 and not running.workers & first)
    assert len(got) > 10
    assert set(got) == {200}
    killed = min(running.workers)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(running.workers) == 2 and killed not in running.workers)
    assert "a process that served the site is gone" in said(running.deployment, "web")
    assert running.front.get("/sign-in")[0] == 200


def the_night_ends_well(running: Running) -> None:
    checkpoints = running.deployment.root / "var/lib/throughline/checkpoints"
    until(lambda: any(checkpoints.glob("heads/*.log")) and any(checkpoints.glob("*.json")))
    running.deployment.run("throughline-backup.service")
    (backup,) = (running.deployment.root / "var/backups/throughline").iterdir()
    assert (backup / "manifest.json").exists()
    running.deployment.run("throughline-verify.service")
    running.deployment.run("throughline-status.service")


def the_end_is_said_on_a_page(running: Running) -> None:
    last = running.workers
    running.web.terminate()
    assert running.web.wait(LONGEST) == 0
    assert not any(map(runs, last))
    running.listener.close()
    status, _, page = running.front.get("/sign-in")
    assert (status, "If a child is in immediate danger, ring 999." in page) == (502, True)
