"""Scripts and styles, built into webapp/static/: each carries a hash of its content in its name."""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

from webapp.pages import PageRight, Visit, page

BUILT = Path(__file__).parent / "static"
A_YEAR = 365 * 24 * 3600

blueprint = Blueprint("static_files", __name__)


@blueprint.get("/static/<path:name>")
@page(may=PageRight.ANYONE, look=None)
def file(_visit: Visit, name: str) -> Response:
    response = send_from_directory(BUILT, name, max_age=A_YEAR)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@blueprint.app_template_global("asset")
def asset(name: str) -> str:
    """Where the browser finds `main.js` as it was built last."""
    return url_for("static_files.file", name=_manifest()[name])


@cache
def _manifest() -> dict[str, str]:
    return json.loads((BUILT / "manifest.json").read_text())
