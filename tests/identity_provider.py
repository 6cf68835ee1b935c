"""A provider of OpenID Connect in a process of its own, made of Authlib's grants: `python -m tests.identity_provider`.

It lets in, without asking, whoever the test says, and does wrong what the test plants. It prints its port.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.repository.tools import ROOT

CLIENT, SECRET = "throughline", "a secret of the test"
BACK = "http://localhost/sign-in/provider/back"


class RunningProvider:
    """What a test says to it, and what a browser does there."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def says(self, **person: Any) -> None:
        """Of whoever signs in next: `sub`, `email`, `email_verified`, `amr`."""
        requests.post(f"{self.issuer}/test/person", json=person, timeout=5).raise_for_status()

    def plants(self, fault: str) -> None:
        requests.post(f"{self.issuer}/test/fault/{fault}", timeout=5).raise_for_status()

    def lets_in(self, address: str) -> dict[str, str]:
        """Where it sends the browser, as what stands in that address."""
        answer = requests.get(address, timeout=5, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        location = answer.headers["Location"]
        assert location.startswith(BACK + "?"), location
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@contextmanager
def running() -> Generator[RunningProvider]:
    environment = {"PYTHONPATH": str(ROOT), "AUTHLIB_INSECURE_TRANSPORT": "1", "PATH": os.defpath}
    command = [sys.executable, "-m", "tests.identity_provider"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield RunningProvider(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()


def _serve() -> None:
    from werkzeug.serving import make_server  # noqa: PLC0415 - of the process alone

    from tests.identity_provider_pages import made  # noqa: PLC0415

    ready: Any = make_server("127.0.0.1", 0, made, threaded=True)
    made.config["ISSUER"] = f"http://127.0.0.1:{ready.server_port}"
    threading.Thread(target=ready.serve_forever).start()
    sys.stdout.write(f"{ready.server_port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
