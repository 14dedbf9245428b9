"""Taking in: what one source does is no matter of the others."""

from pathlib import Path

from wharfinger import work

_HOME = """
companies: [{company: us, name: Hafen AG, identity: {gln: ['5412345000013']}}]
sources:
  share: {kind: folder, folder: share, stable_seconds: 0}
  inbox: {kind: folder, folder: inbox, stable_seconds: 0}
sinks: {outbox: {kind: xml_outbox, folder: outbox}}
"""


def test_source_that_cannot_be_reached_stops_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "wharf.yaml").write_text(_HOME)
    (tmp_path / "share").write_text("a share that is not mounted")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "1.txt").write_text("something")
    with work.open_hub(tmp_path) as hub:
        gone = work.take_in(hub)
        (tmp_path / "share").unlink()
        there = work.take_in(hub)

    assert (1, True) == (gone.receipts, gone.is_stopped)
    assert [f"share: {tmp_path}/share/processing: Not a directory"] == list(gone.left)
    assert work.TakenIn() == there
