"""Mapping files: YAML (see mapping.py for what stands in them) that may share blocks.

`include: parts.yaml` names a file beside this one, whose top entries are blocks with a name. `like: NAME` stands for the block of that
name, changed by what stands beside it: there, as in a partner's changes, a structure is merged field by field and all else replaced;
null takes a field away. A block may itself be like another one; of several (`like: [A, B]`) each later one changes those before it.

    include: parts.yaml
    payee_party: {at: "cac:PayeeParty", like: party, contact: null}

>>> blocks = {"party": {"name": "cbc:Name", "id": "cbc:ID"}}
>>> _whole({"payee_party": {"at": "cac:PayeeParty", "like": "party", "id": None}}, blocks)
{'payee_party': {'name': 'cbc:Name', 'at': 'cac:PayeeParty'}}
"""

from functools import reduce
from pathlib import Path
from typing import Any

from wharfinger.mapping import merge
from wharfinger.yaml_files import YamlFileError, load_yaml


def load_mapping(file: Path) -> dict[str, Any]:
    """The mapping of a file with every `like` replaced. Raises YamlFileError."""
    mapping = load_yaml(file)
    if not isinstance(mapping, dict):
        raise YamlFileError(file, "write a mapping: field: path")
    included = mapping.pop("include", None)
    blocks = load_yaml(file.parent / included) if included else {}
    try:
        whole: dict[str, Any] = _whole(mapping, blocks)
    except ValueError as error:
        raise YamlFileError(file, str(error)) from error
    return whole


def _whole(entry: Any, blocks: dict[str, Any], within: tuple[str, ...] = ()) -> Any:
    if isinstance(entry, list):
        return [_whole(one, blocks, within) for one in entry]
    if not isinstance(entry, dict):
        return entry
    names = entry.get("like")
    own = {key: _whole(value, blocks, within) for key, value in entry.items() if key != "like"}
    if names is None:
        return own
    found = [_block(name, blocks, within) for name in (names if isinstance(names, list) else [names])]
    block = found[0] if len(found) == 1 else reduce(merge, found)
    if not own:
        return block
    if not isinstance(block, dict):
        raise ValueError(f"block {names!r} is no structure: nothing may stand beside it")
    return merge(block, own)


def _block(name: Any, blocks: dict[str, Any], within: tuple[str, ...]) -> Any:
    if not isinstance(name, str) or name not in blocks:
        raise ValueError(f"no block {name!r}; valid: {', '.join(blocks) or 'none, for nothing is included'}")
    if name in within:
        raise ValueError(f"block {name!r} is like itself")
    return _whole(blocks[name], blocks, (*within, name))
