"""Writes what the code knows about itself: pages of docs/ and the JSON Schemas of the files that a person writes.

    .venv/bin/python tests/make_docs.py        (make docs)
"""

import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import msgspec

from wharfinger import outgoing
from wharfinger.cli import wharf
from wharfinger.config import Answers, Company, Identity, Partner, Settings
from wharfinger.problem_codes import CODES
from wharfinger.reports.catalogue import formats

ROOT = Path(__file__).resolve().parent.parent
GENERATED = "<!-- Written by `make docs` from the code: change it there. -->"
NOTATIONS = {
    "wharfinger.mapping": "What all mappings have in common",
    "wharfinger.mapping_files": "Blocks that mappings share",
    "parsers.edifact.notation": "EDIFACT: elements by their numbers",
    "parsers.edifact.messages": "Kinds of EDIFACT messages, and what a partner file says about those that are read",
    "parsers.edifact.writing_notation": "EDIFACT that is written: from the record to its segments",
    "parsers.edifact.writing": "What a partner file says about EDIFACT that is written",
    "wharfinger.xpath_notation": "XML: XPath",
    "wharfinger.tables.notation": "CSV and spreadsheets: columns by their headings",
    "wharfinger.pages.notation": "PDF and DOCX: what stands on the page",
}


def generated() -> dict[Path, str]:
    """Path and content of every file that is written from the code."""
    return {
        ROOT / "docs" / "command-line.md": _command_line(),
        ROOT / "docs" / "formats.md": _formats(),
        ROOT / "docs" / "hub-home.md": _hub_home(),
        ROOT / "docs" / "mappings.md": _mappings(),
        ROOT / "docs" / "problems.md": _problems(),
        ROOT / "schemas" / "json" / "partner.json": _schema(Partner),
        ROOT / "schemas" / "json" / "wharf.json": _schema(Settings),
    }


def _page(title: str, *blocks: str) -> str:
    return "\n\n".join([f"# {title}", GENERATED, *blocks]) + "\n"


def _command_line() -> str:
    context = click.Context(wharf, info_name="wharf", terminal_width=100, help_option_names=["-h", "--help"])
    return _page("The command line", *(f"```\n{text}\n```" for text in [wharf.get_help(context), *_helps(context)]))


def _helps(parent: click.Context) -> Iterator[str]:
    for name, command in wharf.commands.items():
        yield command.get_help(click.Context(command, parent=parent, info_name=name, terminal_width=100))


def _formats() -> str:
    rows = [f"| `{row['parser']}` | {_cell(row['reads'])} |" for row in formats()]
    return _page("What Wharfinger reads", "\n".join(["| module in parsers/ | what it reads |", "|---|---|", *rows]))


def _hub_home() -> str:
    classes = [f"**{kind.__name__}**. {inspect.cleandoc(kind.__doc__ or '')}" for kind in (Settings, Company, Partner, Identity, Answers)]
    samples = {
        "wharf.yaml": ROOT / "wharfinger" / "samples" / "home" / "wharf.yaml",
        "partners/nordwind.yaml": ROOT / "mappings" / "partners" / "nordwind.yaml",
        "partners/severyanka.yaml": ROOT / "mappings" / "partners" / "severyanka.yaml",
    }
    shown = [f"`{name}`\n\n```yaml\n{file.read_text('utf-8').rstrip()}\n```" for name, file in samples.items()]
    way_out = f"## What we send to partners\n\n```\n{inspect.cleandoc(outgoing.__doc__ or '').partition('>>>')[0].rstrip()}\n```"
    schemas = "Their JSON Schemas, for editors: `schemas/json/wharf.json` and `schemas/json/partner.json`."
    return _page("The files of a hub home", schemas, *classes, way_out, "## Examples", *shown)


def _mappings() -> str:
    return _page("Mappings", *(f"## {title}\n\n`{name}`\n\n```\n{inspect.getdoc(import_module(name))}\n```" for name, title in NOTATIONS.items()))


def _problems() -> str:
    intro = (
        "`reject`: the sender must send the document again. `park`: it waits until somebody on our side decides. "
        "`warn`: it goes on. The texts are in English, Russian, German and Chinese: `wharf problems --lang ru`."
    )
    rows = [f"| `{code.name}` | {code.disposition} | {_cell(code.texts['en'][0])} {_cell(code.texts['en'][1])} |" for code in CODES.values()]
    return _page("Problems", intro, "\n".join(["| code | | what is wrong, and what to do |", "|---|---|---|", *rows]))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _schema(kind: type) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(kind)}
    for part in schema["$defs"].values():
        part["description"] = inspect.cleandoc(part["description"])
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write them."""
    for path, content in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


if __name__ == "__main__":
    main()
