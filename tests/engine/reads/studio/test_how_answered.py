"""How questions are really answered: in counts that tell nothing of one person, and nothing that anybody wrote."""

from engine.base.database import Database
from engine.reads.studio.how_answered import form_answered, in_words
from tests.builders import MONDAY, authority, refer
from tests.statements import counted


def test_the_newest_are_counted_in_one_statement_over_an_index(database: Database) -> None:
    world = authority(database=database)
    for number in range(6):
        refer(authority=world, now=MONDAY, concerns="She is hurt", immediate_danger="yes" if number == 5 else "no")
    owner = world.actor("process_owner")
    with counted(database) as statements, database.read() as connection:
        found = form_answered(connection, owner, "referral", "start")
        elsewhere = form_answered(connection, owner.at("elsewhere"), "referral", "start")
        never = form_answered(connection, owner, "referral", "refer_on")
    assert (found.times, elsewhere.times, never.times, len(statements)) == (6, 0, 0, 3)
    assert found.questions["immediate_danger"].values == {"yes": 1, "no": 5}
    assert sum(found.questions["immediate_danger"].roles.values()) >= 6
    if database.engine.dialect.name == "sqlite":
        with database.read() as connection:
            given = ("",) * statements[0].count("?")
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[0]}", given).all()
        assert "ix_answers_form" in str(plan)


def test_no_count_tells_of_one_person() -> None:
    words = {count: in_words(count) for count in range(1002)}
    assert words[0] == "never"
    assert {words[count] for count in (1, 2, 3, 4, 5)} == {"fewer than 6 times"}
    assert (words[6], words[11], words[12], words[1001]) == (
        *["about 6 times"] * 2,
        "about 12 times",
        "about 996 times",
    )
