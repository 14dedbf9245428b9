"""What Prefect costs: the same documents through the flow and without it: .venv/bin/python benchmarks/flow_overhead.py

Both take in, process and deliver the same files of a hub home on SQLite, to the XML outbox and the warehouse; the flow does it
under a real Prefect server and leaves its artifacts. Not counted is the start of a run's process (2 to 3 s, once a sweep).
"""

import asyncio
import os
import tempfile
import time
from pathlib import Path

from prefect.testing.utilities import prefect_test_harness

from flows.sweep import sweep
from wharfinger.work import deliver, open_hub, process, take_in

FILES, ORDERS, LINES, ROUNDS = 100, 30, 30, 5

WHARF_YAML = """
companies:
  - {company: us, name: Hafen AG, identity: {gln: ["5412345000013"]}}
sources:
  inbox: {kind: folder, folder: inbox, stable_seconds: 0}
sinks:
  outbox: {kind: xml_outbox, folder: outbox}
  warehouse: {kind: warehouse, url: "sqlite:///warehouse.db"}
"""
PARTNER = """
partner: nordwind
name: Nordwind GmbH
identity: {gln: ["4012345500004"]}
"""


def make_home(folder: Path) -> None:
    """A hub home with an inbox full of EDIFACT orders."""
    (folder / "inbox").mkdir()
    (folder / "partners").mkdir()
    (folder / "wharf.yaml").write_text(WHARF_YAML)
    (folder / "partners" / "nordwind.yaml").write_text(PARTNER)
    for file in range(FILES):
        orders = "".join(_order(file * ORDERS + number, number + 1) for number in range(ORDERS))
        text = f"UNA:+.? 'UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:1200+{file}'{orders}UNZ+{ORDERS}+{file}'"
        (folder / "inbox" / f"{file:05}.edi").write_text(text)


def _order(number: int, reference: int) -> str:
    lines = "".join(
        f"LIN+{k}++4000862141404:EN'IMD+F++:::Article {k}'QTY+21:{k}:PCE'MOA+203:{k * 3.5:.2f}'PRI+AAA:3.50'"
        for k in range(1, LINES + 1)
    )
    head = (
        f"UNH+{reference}+ORDERS:D:96A:UN:EAN008'BGM+220+PO-{number}+9'DTM+137:20261101:102'DTM+2:20261120:102'"
        "NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'NAD+DP+4012345500004::9'CUX+2:EUR:9'"
    )
    return f"{head}{lines}UNS+S'CNT+2:{LINES}'UNT+{11 + 5 * LINES}+{reference}'"


def without_flow(home: Path) -> None:
    """The three steps, plain."""
    with open_hub(home) as hub:
        take_in(hub)
        while process(hub).receipts:
            pass
        while (one := deliver(hub)).done + one.held:
            pass


def through_flow(home: Path) -> None:
    """The three steps as the deployed flow does them."""
    os.environ["WHARF_HOME"] = str(home)
    asyncio.run(sweep())


def main() -> None:
    """Print the best of five rounds each, taken in turn (other work on the machine only ever adds), and the overhead."""
    os.environ |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "ERROR"}
    seconds: dict[str, list[float]] = {"without flow": [], "through flow": []}
    with prefect_test_harness(server_startup_timeout=120):
        for _ in range(ROUNDS):
            for name, way in (("without flow", without_flow), ("through flow", through_flow)):
                with tempfile.TemporaryDirectory() as folder:
                    make_home(Path(folder))
                    start = time.perf_counter()
                    way(Path(folder))
                    seconds[name].append(time.perf_counter() - start)
                    with open_hub(Path(folder)) as hub:
                        now = hub.status()
                    assert now.delivered == FILES * ORDERS, f"only {now.delivered} of {FILES * ORDERS} orders were delivered"
    plain, flow = (min(some) for some in seconds.values())
    what = f"{FILES * ORDERS} orders of {LINES} lines"
    print(f"{what}   without flow {plain:.2f} s   through flow {flow:.2f} s   {flow / plain - 1:+.1%}")


if __name__ == "__main__":
    main()
