"""What is there is found by walking the folders: a new parser, sink, source or check is one new file and nothing else is edited."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from wharfinger import checks as _checks
from wharfinger.config import Home
from wharfinger.contracts import Check, Parser, Recognition, Sink, Source, Writer
from wharfinger.yaml_files import YamlFileError, unknown

HEAD_SIZE = 64 * 1024


class AmbiguousFormat(Exception):
    """Two parsers claim the same bytes: a fault of the program, named so that it can be mended."""


@cache
def parsers() -> dict[str, Parser]:
    """Every parser by its module's name."""
    return {name: module for name, module in _modules("parsers") if hasattr(module, "recognises")}


def writer(name: str) -> Writer | None:
    """The parser of that name, if it can write its format too."""
    module = importlib.import_module(f"parsers.{name}") if name in _names("parsers") else None
    return module if hasattr(module, "write") else None


@cache
def checks() -> tuple[Check, ...]:
    """The check function of every module in wharfinger/checks."""
    return tuple(module.check for _, module in _modules(_checks.__name__) if hasattr(module, "check"))


def recognise(stream: BinaryIO) -> tuple[Parser, Recognition] | None:
    """The one parser that claims the bytes and what it says they are; None when nobody does."""
    head = stream.read(HEAD_SIZE)
    claims = []
    for name, parser in parsers().items():
        stream.seek(0)
        recognition = parser.recognises(head, stream)
        if recognition is not None:
            claims.append((name, parser, recognition))
    stream.seek(0)
    if len(claims) > 1:
        raise AmbiguousFormat(" and ".join(f"parsers/{name} ({one.description})" for name, _, one in claims) + " claim the same bytes")
    return claims[0][1:] if claims else None


def open_sink(settings: dict[str, Any], home: Home) -> Sink:
    """The sink that an entry under `sinks` in wharf.yaml describes."""
    sink: Sink = _plugin("sinks", settings, home)
    return sink


def direction(settings: dict[str, Any]) -> str:
    """What the sink of an entry under `sinks` takes: 'in', documents that we received, or 'out', those that we send.

    `direction` there says it, else the kind of sink does.
    """
    kind = settings.get("kind")
    module = importlib.import_module(f"sinks.{kind}") if kind in _names("sinks") else None
    return str(settings.get("direction") or getattr(module, "DIRECTION", "in"))


def open_source(settings: dict[str, Any], home: Home) -> Source:
    """The source that an entry under `sources` in wharf.yaml describes."""
    source: Source = _plugin("sources", settings, home)
    return source


def paths_source(paths: Sequence[Path]) -> Source:
    """The source for files and folders that a caller names."""
    source: Source = importlib.import_module("sources.paths").Paths(paths)
    return source


def kinds(package: str) -> list[str]:
    """The kinds that wharf.yaml may name: the modules of sources or sinks."""
    return [name for name, module in _modules(package) if hasattr(module, "open")]


def _plugin(package: str, settings: dict[str, Any], home: Home) -> Any:
    kind = settings.get("kind")
    # only the one that is asked for is imported: others may cost a second each
    opener: Callable[[dict[str, Any], Home], Any] | None = None
    if kind in _names(package):
        opener = getattr(importlib.import_module(f"{package}.{kind}"), "open", None)
    if opener is None:
        raise _wrong(package, settings, home, "kind", f"kind: {unknown(str(kind), kinds(package))}")
    _check_options(package, str(kind), settings, home)
    return opener(settings, home)


def _check_options(package: str, kind: str, settings: dict[str, Any], home: Home) -> None:
    """Raise YamlFileError for an option that this kind of source or sink does not have."""
    options = getattr(importlib.import_module(f"{package}.{kind}"), "OPTIONS", None)
    for option in settings if options is not None else ():
        if option not in (known := ["kind", "direction", "test", *(options or ())]):
            raise _wrong(package, settings, home, option, unknown(option, known))


def _wrong(package: str, settings: dict[str, Any], home: Home, option: str, told: str) -> YamlFileError:
    """What is wrong with an entry of wharf.yaml, where it stands there."""
    entries = home.settings.sources if package == "sources" else home.settings.sinks
    name = next((name for name, entry in entries.items() if entry is settings), "")
    return YamlFileError(home.folder / "wharf.yaml", told, (package, name, option))


def _modules(package: str) -> Iterator[tuple[str, Any]]:
    for name in _names(package):
        yield name, importlib.import_module(f"{package}.{name}")


def _names(package: str) -> list[str]:
    folder = importlib.import_module(package)
    return sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
