"""Throughline as it is deployed, below a folder of the test: the wheel, the units, the settings, nginx in front.

Whatever `deployment/` says of places holds, with that folder before it. Where the tests are run by root, nothing of it
keeps root's rights: the interpreter may lie where other accounts may not look, so that the account stays.
"""

import os
import shlex
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from engine.base import clock
from tests.deployment.find_nginx import find
from tests.repository.tools import BIN, ROOT

SHIPPED = ROOT / "deployment"
PLACES = ("/opt/throughline", "/etc/throughline", "/var/lib/throughline", "/var/backups/throughline", "/var/log/nginx")
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")
NAME = "care.westshire.example"
NGINX = """
daemon off;
{user}
pid {root}/nginx.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    {folders}
    include {root}/etc/nginx/throughline.conf;
}}
"""
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Deployment:
    """`port` is that of https, `plain` that of http, `behind` where the site listens."""

    root: Path
    address: str
    port: int
    plain: int
    behind: int

    def commands(self, unit: str) -> list[list[str]]:
        """Of a unit of systemd: what it executes, one after the other, as an ordinary user."""
        ordinary = WITHOUT_RIGHTS if os.geteuid() == 0 else ()
        return [[*ordinary, *shlex.split(self.placed(line).replace("%%", "%"))] for line in values(unit, "ExecStart")]

    def environment(self, unit: str) -> dict[str, str]:
        (file,) = values(unit, "EnvironmentFile")
        lines = [line for line in Path(self.placed(file)).read_text().splitlines() if "=" in line and line[0] != "#"]
        return {"PATH": "/usr/bin:/bin", **dict(line.split("=", 1) for line in lines)}

    def run(self, unit: str) -> str:
        """What a unit said that does one thing and ends well."""
        said = ""
        for command in self.commands(unit):
            done = subprocess.run(
                command, check=False, cwd=self.root, env=self.environment(unit), capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
            said += done.stdout
        return said

    def placed(self, text: str) -> str:
        for place in PLACES:
            text = text.replace(place, f"{self.root}{place}")
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.behind}")

    def nginx(self) -> list[str]:
        return [find(), "-p", str(self.root), "-e", "stderr", "-c", str(self.root / "nginx.conf")]

    @property
    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.root / "etc" / "throughline" / "tls" / "chain.pem")


def values(unit: str, key: str) -> list[str]:
    lines = (SHIPPED / "systemd" / unit).read_text().splitlines()
    return [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]


def install(deployment: Deployment, database: Mapping[str, str]) -> None:
    """`database`: the address for the owner's settings and for the site's."""
    root = deployment.root
    for place in (*PLACES, "/etc/nginx", "/etc/throughline/tls", "/etc/throughline/pages"):
        (root / place[1:]).mkdir(parents=True, exist_ok=True)
    install_wheel(root)
    for name, address in database.items():
        text = deployment.placed((SHIPPED / name).read_text())
        (was,) = [line for line in text.splitlines() if line.startswith("DATABASE_URL=")]
        (root / "etc" / "throughline" / name).write_text(text.replace(was, f"DATABASE_URL={address}"))
    (root / "etc/throughline/pages/unavailable.html").write_text((SHIPPED / "pages/unavailable.html").read_text())
    make_certificate(root / "etc" / "throughline" / "tls")
    lay_nginx(deployment)


def install_wheel(root: Path) -> None:
    """What it needs besides itself is what the tests were set up with."""
    say(BIN / "hatchling", "build", "-t", "wheel", "-d", root)
    (wheel,) = root.glob("throughline-*.whl")
    opt = root / "opt" / "throughline"
    say(sys.executable, "-m", "venv", "--without-pip", opt)
    say(BIN / "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--python", opt / "bin" / "python", wheel)
    (packages,) = opt.glob("lib/python*/site-packages")
    (packages / "of_the_tests.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path))


def say(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def lay_nginx(deployment: Deployment) -> None:
    """The shipped file, on other ports; and around it what Debian's own file has."""
    text = deployment.placed((SHIPPED / "nginx" / "throughline.conf").read_text())
    for shipped, ours in (
        ("    listen 80;\n    listen [::]:80;\n", f"    listen 127.0.0.1:{deployment.plain};\n"),
        (
            "    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n",
            f"    listen 127.0.0.1:{deployment.port} ssl http2;\n",
        ),
    ):
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, ours)
    (deployment.root / "etc" / "nginx" / "throughline.conf").write_text(text)
    folders = "\n".join(f"{name}_temp_path {deployment.root}/{name};" for name in FOLDERS)
    user = "user root root;" if os.geteuid() == 0 else ""
    (deployment.root / "nginx.conf").write_text(NGINX.format(root=deployment.root, folders=folders, user=user))


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = clock.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "chain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))


def units() -> Sequence[Path]:
    return sorted((SHIPPED / "systemd").iterdir())
