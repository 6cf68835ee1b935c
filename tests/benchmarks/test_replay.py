"""What reading a long case back costs the server, from the request to the last byte of the answer."""

from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.base.database import Database
from engine.base.settings import Settings
from engine.commands.cases import complete_task
from engine.record.chain import case_chain, lines
from tests.amount import sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.measuring import Amount, Cost, Meter
from tests.builders import MONDAY, ROOT, account, answers_to, authority, case_at, open_items
from webapp import create_app

ENTRIES = sized(2_000, 200)
TIMES = sized(12, 2)


@pytest.fixture
def case(database: Database) -> str:
    """A child in need plan that goes on and on."""
    at = authority(database=database)
    case = case_at(authority=at, point="in_need")
    while True:
        for task, given in (("agree_plan", {"review_date": "2026-06-01"}), ("review_plan", {"progress": "continue"})):
            item = open_items(database=database, case=case)[task]
            answers = answers_to(authority=at, item=item, now=MONDAY, **given)
            complete_task(database, at.actor(item.role), MONDAY, item.id, answers)
        with database.read() as connection:
            if len(lines(connection, case_chain(case))) >= ENTRIES:
                return case


def test_a_long_case(database: Database, case: str, tmp_path: Path, shows: Shows) -> None:
    settings = Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path), "THROUGHLINE_MODELS": str(ROOT)})
    client = create_app(settings, database, now=lambda: MONDAY, demo=True).test_client()
    sign_in(client)
    paths = {
        "the list of steps": "replay?about=all&page=10",
        "a search in all of them": "replay?about=all&text=nothing",
        "the last step": f"replay/{ENTRIES}",
        "all steps for the script": "replay/steps.json",
        "beside the guidance": "guidance",
    }
    where = database.engine.dialect.name
    for name, path in paths.items():
        cost = Cost(Meter(database))
        answers = [cost.time(partial(client.get, f"/cases/{case}/{path}")) for _ in range(TIMES)]
        assert {answer.status_code for answer in answers} == {200}
        size = len(answers[0].data) // 1024
        shows(Amount(f"Replay of {ENTRIES:,} entries: {name}", where, f"{cost.median:.0f} ms of CPU, {size} KB"))


def sign_in(client: FlaskClient) -> None:
    token = client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/sign-in", data={"csrf_token": token, "account": account(role="auditor")})
