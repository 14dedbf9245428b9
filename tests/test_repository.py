"""What the documents and data files of this repository say is true of the code."""

import re
import sys
import tomllib
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import jsonschema
import msgspec
import pytest

import sinks
from tests.make_docs import ROOT, generated
from wharfinger import registry
from wharfinger.cli import wharf
from wharfinger.config import Home, Partner, Settings
from wharfinger.contracts import Context, Done, Effect
from wharfinger.mapping import compile_mapping
from wharfinger.pages.notation import PageNotation
from wharfinger.problems import Problem
from wharfinger.reading import check
from wharfinger.records import Invoice, InvoiceLine, Order, OrderLine, Place, Record
from wharfinger.running import run_once
from wharfinger.samples import HOME, PARTNERS, copy_to
from wharfinger.tables.settings import settings_of
from wharfinger.yaml_files import load_struct, load_yaml

PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLES = {"parsers/scanner.py", "sinks/json_folder.py", "wharfinger/checks/order_size.py"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_the_page_is_the_one_that_the_code_writes(path: Path) -> None:
    expected = generated()[path]

    assert path.is_file(), "run: make docs"
    assert expected == path.read_text("utf-8"), "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    commands = re.findall(r"(?:^ +|`)(?:\.venv/bin/)?wharf (?:--home \S+ )?([a-z]+)((?: [^`\n#]*)?)", page.read_text("utf-8"), re.M)
    unknown = [name for name, _ in commands if name not in wharf.commands]
    options = {name: {text for one in command.params for text in one.opts} for name, command in wharf.commands.items()}
    unknown_options = [option for name, rest in commands for option in re.findall(r"--[a-z]+", rest) if option not in options.get(name, ())]

    assert page.name in {"ARCHITECTURE.md", "DECISIONS.md", "CHANGELOG.md"} or commands
    assert ([], []) == (unknown, unknown_options)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))

    assert set() == set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", page.read_text("utf-8"), re.M)) - targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    folders = "benchmarks|docs|flows|mappings|parsers|schemas|sinks|sources|tests|wharfinger"
    named = set(re.findall(rf"\]\(([^)#:]+)\)|`((?:{folders})/[\w./-]*)`", text))
    paths = {link or path for link, path in named}

    assert set() == {path for path in paths if not (ROOT / path).exists()} - EXAMPLES


def test_every_library_that_is_installed_has_its_reason_in_decisions() -> None:
    wanted = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["project"]["optional-dependencies"]["flows"]]
    names = [re.split(r"[<>=\[ ]", one)[0] for one in wanted]
    reasons = (ROOT / "DECISIONS.md").read_text("utf-8")

    assert [] == [name for name in names if not re.search(rf"^\|.*\b{re.escape(name)}\b.*\|", reasons, re.M)]


def test_every_setting_that_silences_ruff_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ignores = text[text.index("\nignore = [") : text.index("[tool.ruff.lint.per-file-ignores]")]

    assert [] == [line for line in re.findall(r'^    ".*', ignores, re.M) if "#" not in line]


@pytest.mark.parametrize("file", sorted(PARTNERS.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_sample_partner_file_is_valid_by_the_published_schema_and_its_mappings_compile(file: Path) -> None:
    jsonschema.validate(load_yaml(file), msgspec.json.decode((ROOT / "schemas" / "json" / "partner.json").read_bytes()))
    partner = load_struct(file, Partner)

    assert partner.partner == file.stem
    settings_of(partner)
    page = partner.formats.get("page", {}).get("fields", {})
    compile_mapping(Order, page, PageNotation(page))


def test_the_sample_settings_are_valid_by_the_published_schema() -> None:
    schema = msgspec.json.decode((ROOT / "schemas" / "json" / "wharf.json").read_bytes())

    jsonschema.validate(load_yaml(HOME / "wharf.yaml"), schema)
    with pytest.raises(jsonschema.ValidationError, match="sink"):
        jsonschema.validate({"sink": {}}, schema)


def test_the_partner_in_contributing_loads_and_its_page_mapping_compiles(tmp_path: Path) -> None:
    example = next(text for text in _examples("yaml") if text.startswith("partner:"))
    (tmp_path / "example.yaml").write_text(example)
    partner = load_struct(tmp_path / "example.yaml", Partner)
    page = partner.formats["page"]["fields"]

    compile_mapping(Order, page, PageNotation(page))
    assert "suedwind" == partner.partner


def test_the_format_in_contributing_reads_an_order() -> None:
    scanner = _module("Orders of handheld scanners")
    content = b"ORDER 4711 2026-11-02 4012345500004 5412345000013\nOF-101 24\nAF-102 many\n"

    assert "scanner" == scanner.recognises(content, BytesIO(content)).format
    assert scanner.recognises(b"ORDER", BytesIO()) is None
    (document,) = scanner.parse(BytesIO(content), Context())
    assert ("4711", date(2026, 11, 2)) == (document.record.id, document.record.issue_date)
    assert [Decimal(24), None] == [line.quantity.value for line in document.record.order_lines]
    checked = check(document, Context())
    told = [(problem.code, problem.place, problem.text("en")) for problem in checked.problems]
    assert [("value-unreadable", Place(line=3), "Quantity of line 2: many cannot be read as number.")] == told


def test_the_sink_in_contributing_delivers_once(tmp_path: Path) -> None:
    sink = _module("Each order as JSON").open({"folder": "json"}, Home(tmp_path, Settings(), ()))
    effect = Effect(key="one", record=Order(id="4711", test_indicator=False), xml=b"", document=1)

    answers = sink.deliver([effect, effect])

    assert [Done(reference="one.json")] * 2 == answers
    assert [b'{"kind":"Order","id":"4711","test_indicator":false}'] == [file.read_bytes() for file in (tmp_path / "json").iterdir()]


def test_the_sink_in_contributing_takes_what_a_hub_delivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json_folder.py").write_text(next(text for text in _examples("python") if "Each order as JSON" in text), "utf-8")
    monkeypatch.setattr("sinks.__path__", [*sinks.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "sinks.json_folder", raising=False)
    home = tmp_path / "home"
    copy_to(home)
    settings = (home / "wharf.yaml").read_text("utf-8")
    (home / "wharf.yaml").write_text(settings.replace("sinks:\n", "sinks:\n  archive: {kind: json_folder, folder: json}\n"), "utf-8")

    done = run_once(home, [home / "inbox" / "02-order-5501.xml"], lambda *_: None)

    assert {"done": 1, "waiting": 0, "held": 0} == done.status.deliveries["archive"]
    assert 1 == len(list((home / "json").iterdir()))


@pytest.mark.parametrize(("kind", "line"), [(Order, OrderLine), (Invoice, InvoiceLine)])
def test_the_check_in_contributing_finds_a_document_that_is_too_long(kind: Any, line: Any) -> None:
    check_size = _module("A document has at most").check
    [field] = [one for one in ("order_lines", "invoice_lines") if one in kind.__struct_fields__]
    record = kind(test_indicator=False, **{field: (line(),) * 10_000})

    assert [] == list(check_size(kind(test_indicator=False), Context()))
    assert [Problem(code="document-lines-too-many", expected="9999", found="10000")] == list(check_size(record, Context()))


def test_every_check_can_be_asked_about_every_kind_of_document() -> None:
    kinds = get_args(Record)

    assert [] == [(one.__module__, kind) for one in registry.checks() for kind in kinds if not _is_asked(one, kind)]


def _is_asked(one: Any, kind: Any) -> bool:
    try:
        list(one(kind(test_indicator=False), Context()))
    except AttributeError:
        return False
    return True


def _module(words: str) -> Any:
    """The example whose description has these words, as a module."""
    module = ModuleType("example")
    exec(next(text for text in _examples("python") if words in text.partition("\n")[0]), module.__dict__)
    return module


def _examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", CONTRIBUTING, re.M | re.S)
