"""The journal's time: UTC, ISO 8601, to the millisecond."""

from datetime import UTC, datetime


def now() -> str:
    """The current time."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
