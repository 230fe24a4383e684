"""Writes `.env.example` and the README's configuration table from the settings themselves."""

from collections.abc import Iterator
from pathlib import Path

from pixeltrack.platform import settings
from pixeltrack.platform.settings import Variable

START = "<!-- configuration: written by `python -m infra_cdk.local.reference` -->"
END = "<!-- /configuration -->"


def dotenv() -> str:
    """Return the text of `.env.example`: every variable, commented out, with its default."""
    lines = ["# Copy to .env and uncomment what you want to set.", ""]
    for group in settings.GROUPS:
        lines.append(f"# {(group.__doc__ or '').strip()}")
        for variable in settings.variables(group):
            lines.append(f"#   {variable.about.replace('`', '')}")
            lines.append(f"# {variable.name}={variable.default or ''}")
        lines.append("")
    return "\n".join(lines)


def table() -> str:
    """Return the README's table: name, type, default and one sentence per variable."""
    head = ["| variable | type | default | what it is |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *_rows()])


def with_table(readme: str) -> str:
    """Return the README with the table between its two markers brought up to date."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{table()}\n\n{END}{after}"


def _rows() -> Iterator[str]:
    for group in settings.GROUPS:
        for variable in settings.variables(group):
            cells = (f"`{variable.name}`", variable.type, _default(variable), _about(variable))
            yield f"| {' | '.join(cells)} |"


def _default(variable: Variable) -> str:
    if variable.default is None:
        return "required; the local host supplies it"
    return f"`{variable.default}`" if variable.default else "empty"


def _about(variable: Variable) -> str:
    return variable.about + (" Secret." if variable.secret else "")


def main() -> None:
    """Bring both files of the repository up to date."""
    root = Path(__file__).resolve().parents[2]
    (root / ".env.example").write_text(dotenv())
    readme = root / "README.md"
    readme.write_text(with_table(readme.read_text()))


if __name__ == "__main__":
    main()
