"""What Wharfinger reads, taken from the parsers themselves."""

import inspect

from wharfinger import registry


def formats() -> list[dict[str, str]]:
    """Each parser with the first line of its description."""
    return [
        {"parser": name, "reads": (inspect.getdoc(parser) or name).splitlines()[0].rstrip(".")}
        for name, parser in registry.parsers().items()
    ]
