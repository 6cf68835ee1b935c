"""The tables of the models to print: who may do what, and every question."""

import csv
import io

from engine.export.printed import dictionary_of_forms, matrix_of_roles
from engine.process.bundle import START
from tests.builders import shipped_model


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_matrix_has_each_task_and_each_beginning_with_whoever_may() -> None:
    model = shipped_model()
    found = {row["Where it is said"]: row for row in rows(matrix_of_roles(model))}
    tasks = {
        f"{process}.{element.id}"
        for process, drawing in model.drawings.items()
        for element in drawing.elements.values()
        if element.kind == "userTask"
    }
    assert tasks == {place for place, row in found.items() if row["Begins or does"] == "does"}
    deciding = found["referral.decide_response"]
    assert (deciding["Social worker"], deciding["Housing officer"]) == ("yes", "")
    assert found[f"referral.{START}"]["Member of the public"] == "yes"
    assert found["assessment.contribute"]["Housing officer"] == "yes"


def test_the_dictionary_has_each_question_of_each_form() -> None:
    model = shipped_model()
    found = rows(dictionary_of_forms(model))
    places = {(row["Where it is said"], row["Field"]) for row in found}
    for process in model.drawings:
        for element in (START, *model.drawings[process].elements):
            for question in model.every_question(process, element):
                assert (f"forms/{process}/{element}.json", question.id) in places
    (row,) = [
        row
        for row in found
        if (row["Where it is said"], row["Field"]) == ("forms/referral/decide_response.json", "response")
    ]
    assert (row["Required"], row["Kind"]) == ("yes", "one of")
    assert row["Answers to choose from"]
