"""What people call the files of a bundle."""

from collections.abc import Iterable, Sequence

from engine.process.bundle import Model


def titles_of(models: Sequence[Model], paths: Iterable[str]) -> dict[str, str]:
    """What people call each file: the name of its process, the title of its form, its own name for a table; as the last
    of the models has it.
    """
    found = {path: _of_path(path) for path in paths}
    for one in models:
        found |= {drawing.file: drawing.name for drawing in one.drawings.values() if drawing.name}
        found |= {path: form["title"] for path, form in one.forms.items() if form.get("title")}
        decided = (step.table for drawing in one.drawings.values() for step in drawing.rule_tasks())
        found |= {table.file: table.name for table in decided if table is not None}
    return found


def _of_path(path: str) -> str:
    name = path.rpartition("/")[2].rpartition(".")[0]
    return TABLES.get(path, name.replace("_", " ").capitalize())


TABLES = {
    "processes/timescales.csv": "Time limits",
    "processes/messages.csv": "Messages between processes",
    "processes/duties.csv": "What the guidance asks",
    "processes/roles.toml": "Roles and agencies",
    "processes/edition.toml": "Edition and names",
    "processes/renames.toml": "What was renamed",
}
