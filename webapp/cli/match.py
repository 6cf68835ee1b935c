"""How alike two descriptions of a child are, for a file of pairs: to try the matching on what went wrong elsewhere."""

from pathlib import Path

import click
import orjson

from engine.likeness.pair_file import BadLine, BadPairFile, Pair, compare


@click.command()
@click.argument("path", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For another program: an object with `pairs` and `errors`.")
def match(path: Path, as_json: bool) -> None:
    """Compares two children a line: how alike they are, whether they would be shown as one, and why.

    The first line names the columns: given_name_1, family_name_1, given_name_2, family_name_2, and any of born,
    expected, address, postcode, telephone, email, nhs_number, upn, reference with _1 and _2. Nothing is stored.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found = tuple(compare(lines))
    except BadPairFile as fault:
        raise click.ClickException(f"{path}: {fault}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{path} is not text in UTF-8.") from None
    errors = [one for one in found if isinstance(one, BadLine)]
    click.echo(_json(found) if as_json else "\n".join(map(_plain, found)))
    if errors:
        raise click.ClickException(f"{len(errors)} {'fault' if len(errors) == 1 else 'faults'} in {path}.")


def _json(found: tuple[Pair | BadLine, ...]) -> str:
    pairs = [one.as_json() for one in found if isinstance(one, Pair)]
    errors = [one.as_json() for one in found if isinstance(one, BadLine)]
    return orjson.dumps({"pairs": pairs, "errors": errors}, option=orjson.OPT_INDENT_2).decode()


def _plain(one: Pair | BadLine) -> str:
    if isinstance(one, BadLine):
        return f"{one.line}: {one.column + ': ' if one.column else ''}{one.problem}"
    shown = "shown" if one.likeness.shown else "perhaps a relative" if one.likeness.relative else "not shown"
    return f"{one.line}: {one.likeness.score:3} {shown}: {', '.join(one.likeness.why)}"
