"""Files and folders named on the command line: read where they are, left where they are."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from wharfinger.contracts import Arrival


class Paths:
    """Every file named, and every file below every folder named. The same unchanged file is known again by path, size and time."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.paths = list(paths)

    def sweep(self) -> Iterator[Arrival]:
        """The files in the order of their names."""
        for path in self.paths:
            files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
            for file in files:
                status = file.stat()
                key = f"path:{file.resolve()}:{status.st_size}:{status.st_mtime_ns}"
                yield Arrival(key=key, path=file, name=file.name)

    def acknowledge(self, arrival: Arrival) -> None:
        """Nothing: the file is the caller's."""
