"""What stands in the folders of the sources and is not taken, so that nobody waits for it in vain."""

from collections.abc import Iterator

from wharfinger import registry
from wharfinger.config import Home
from wharfinger.contracts import PassesOver
from wharfinger.problems import Permanent, Transient
from wharfinger.reports.phrases import phrase


def passed_over(home: Home) -> Iterator[str]:
    """One sentence for each source that leaves entries alone; a source that does not open is the doctor's business."""
    for name, entry in home.settings.sources.items():
        try:
            source = registry.open_source(entry, home)
        except (Transient, Permanent, OSError, ValueError, KeyError):
            continue
        if isinstance(source, PassesOver) and (told := in_words(name, source, home.settings.language)):
            yield told


def in_words(name: str, source: PassesOver, language: str) -> str:
    """What a source leaves alone now; empty if that is nothing."""
    counts = {kind: count for kind, count in source.passed_over().items() if count}
    if not counts:
        return ""
    what = ", ".join(phrase(kind, language, count=count) for kind, count in counts.items())
    return phrase("not-taken", language, count=sum(counts.values()), folder=name, what=what)
