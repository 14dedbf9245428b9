"""End to end: what a partner is told of what it sent, and that every answer is sent once."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from wharfinger import desk
from wharfinger.examination import unsent, verify_home
from wharfinger.journal import schema
from wharfinger.journal.database import reading
from wharfinger.problems import Permanent
from wharfinger.reports.listing import list_documents
from wharfinger.reports.showing import show_document
from wharfinger.running import run_once
from wharfinger.work import Hub, open_hub

US, NORDWIND = "5412345000013", "4012345500004"
ORDER = (
    "UNH+{n}+ORDERS:D:96A:UN:EAN008'BGM+220+{id}+9'DTM+137:20261101:102'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'CUX+2:EUR:9'"
    "LIN+1++4000862141404:EN'QTY+21:5'PRI+AAA:2.50'UNS+S'CNT+2:1'UNT+{count}+{n}'"
)


def order(number: int, name: str, count: int = 12) -> str:
    """A message that is in order, if it has the right count."""
    return ORDER.format(n=number, id=name, count=count)


def interchange(reference: str, *messages: str, count: int | None = None, asks: bool = True, qualifier: str = ":14") -> bytes:
    """What Nordwind sends; asks: 0031 = 1."""
    head = f"UNB+UNOC:3+{NORDWIND}{qualifier}+{US}:14+261101:1000+{reference}{'++++1' if asks else ''}'"
    return (head + "".join(messages) + f"UNZ+{len(messages) if count is None else count}+{reference}'").encode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A hub home that answers Nordwind."""
    (tmp_path / "partners").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "wharf.yaml").write_text(
        f"companies: [{{company: us, name: Hafen AG, identity: {{gln: ['{US}']}}}}]\n"
        "sources: {inbox: {kind: folder, folder: inbox, stable_seconds: 0}}\n"
        "sinks:\n  outbox: {kind: xml_outbox, folder: outbox}\n  to_partners: {kind: edifact_outbox, folder: partner_outbox}\n"
    )
    agree(tmp_path, "")
    return tmp_path


def agree(home: Path, agreement: str) -> None:
    """What the partner file says besides who Nordwind is."""
    text = f"partner: nordwind\nname: Nordwind GmbH\nlanguage: de\nidentity: {{gln: ['{NORDWIND}']}}\n{agreement}"
    (home / "partners" / "nordwind.yaml").write_text(text)


def run(home: Path, *files: bytes) -> int:
    """One `wharf run` after these files arrived; its exit status."""
    for content in files:
        (home / "inbox" / f"{len(list(home.rglob('*.edi')))}-{hash(content)}.edi").write_bytes(content)
    return run_once(home, [], lambda name, done, whole: None).exit_status


def sent(home: Path) -> list[list[str]]:
    """The segments of each answer from UNH to UNT, by control number."""
    found = {}
    for file in (home / "partner_outbox" / "nordwind").glob("*.edi"):
        segments = file.read_text("latin-1").split("'")
        found[int(segments[1].split("+")[5])] = [one for one in segments[2:-2] if one[:3] not in ("UNH", "UNT")]
    assert list(range(1, len(found) + 1)) == sorted(found)  # control numbers have no gap
    return [found[number] for number in sorted(found)]


def states(hub: Hub) -> list[tuple[str, str]]:
    """(direction, state) of each document."""
    with reading(hub.journal) as connection:
        return [
            tuple(row)
            for row in connection.execute(select(schema.document.c.direction, schema.document.c.state).order_by(schema.document.c.id))
        ]


def test_interchange_that_asks_for_it_is_acknowledged(home: Path) -> None:
    assert 0 == run(home, interchange("77", order(1, "K-1")))

    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7"]] == sent(home)


def test_interchange_that_does_not_ask_is_not_acknowledged(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1"), asks=False))

    assert [] == sent(home)


def test_partner_whose_agreement_asks_is_always_acknowledged(home: Path) -> None:
    agree(home, "answers: {contrl: always}")
    run(home, interchange("77", order(1, "K-1"), asks=False))

    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7"]] == sent(home)


def test_message_that_was_refused_is_named_with_segment_and_element(home: Path) -> None:
    wrong = order(2, "K-2", 11).replace("DTM+137:20261101:102'", "")
    assert 1 == run(home, interchange("77", order(1, "K-1"), wrong, order(3, "K-3")))

    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7", "UCM+2+ORDERS:D:96A:UN:EAN008+4", "UCS+2+13"]] == sent(home)


def test_what_is_wrong_with_the_business_is_no_matter_of_the_acknowledgement(home: Path) -> None:
    without_quantity = order(1, "K-1", 11).replace("QTY+21:5'", "")
    assert 1 == run(home, interchange("77", without_quantity))

    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7"]] == sent(home)


def test_refused_document_is_answered_with_the_reasons_in_the_language_of_the_partner(home: Path) -> None:
    agree(home, "answers: {aperak: problems}")
    without_quantity = order(1, "K-1", 11).replace("QTY+21:5'", "")
    run(home, interchange("77", without_quantity, order(2, "K-2")))

    [_, reasons] = sorted(sent(home), key=lambda one: one[0], reverse=True)
    assert ["BGM+313+A1+9+RE", "RFF+ON:K-1", "ERC+ZZZ", "FTX+AAO+++Position 1 hat keine Menge.", "RFF+LI:1"] == [
        one for one in reasons if one[:3] in ("BGM", "RFF", "ERC", "FTX")
    ]


def test_interchange_with_a_wrong_envelope_is_answered_when_a_person_has_decided(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1"), order(2, "K-2"), count=3))
    before = sent(home) if (home / "partner_outbox" / "nordwind").exists() else []

    with open_hub(home) as hub:
        desk.reject(hub, 1, "incomplete")
        desk.reject(hub, 2, "incomplete")
    run(home)

    assert [] == before
    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+4+29+UNZ+2"]] == sent(home)


def test_interchange_with_a_wrong_envelope_that_a_person_releases_is_acknowledged(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1"), count=3))
    with open_hub(home) as hub:
        desk.release(hub, 1, "new", "it is whole")
    run(home)

    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7"]] == sent(home)


def test_message_with_a_wrong_count_waits_for_a_person_and_is_then_named(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1"), order(2, "K-2", 99)))
    before = sent(home)
    with open_hub(home) as hub:
        desk.reject(hub, 2, "a part is missing")
    run(home)

    assert [] == before
    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7", "UCM+2+ORDERS:D:96A:UN:EAN008+4+29+UNT+2"]] == sent(home)


def test_type_of_message_that_is_not_read_is_refused(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1"), "UNH+2+PRICAT:D:96A:UN'BGM+9+P-1+9'UNT+3+2'"))

    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7", "UCM+2+PRICAT:D:96A:UN+4+14+UNH"]] == sent(home)


def test_interchange_of_acknowledgements_only_is_never_acknowledged(home: Path) -> None:
    agree(home, "answers: {contrl: always, aperak: always}")
    run(home, interchange("78", f"UNH+1+CONTRL:D:3:UN'UCI+1+{US}:14+{NORDWIND}:14+7'UNT+3+1'"))

    assert [] == sent(home)


def test_interchange_that_comes_twice_is_answered_once(home: Path) -> None:
    content = interchange("77", order(1, "K-1"))
    run(home, content)
    run(home, content + b"\n")
    run(home)

    assert 1 == len(sent(home))


def test_reference_that_comes_again_with_another_content_is_told_once(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1")), interchange("78", order(1, "K-2")))
    run(home, interchange("77", order(1, "K-3"), order(2, "K-4", 99)))
    run(home)
    with open_hub(home) as hub, reading(hub.journal) as connection:
        codes = connection.execute(select(schema.problem.c.code).where(schema.problem.c.document.is_(None))).scalars().all()
        desk.reject(hub, 6, "a part is missing")
    run(home)

    assert ["interchange-reference-repeated"] == codes
    assert 3 == len(sent(home))


def test_several_interchanges_of_a_file_are_answered_each(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1")) + interchange("78", order(1, "K-2")))

    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7"], [f"UCI+78+{NORDWIND}:14+{US}:14+7"]] == sent(home)


def test_answer_for_which_there_is_no_sink_waits_for_one_to_be_named(home: Path) -> None:
    agree(home, "answers: {sink: nowhere}")
    status = run(home, interchange("77", order(1, "K-1")))
    before = sent(home)
    agree(home, "")
    run(home)

    assert (1, []) == (status, before)
    assert 1 == len(sent(home))


def test_answer_that_cannot_be_written_is_held_until_that_is_mended(home: Path) -> None:
    agree(home, "formats: {edifact-out: {charset: nonsense}}")
    run(home, interchange("77", order(1, "K-1")))
    before = sent(home)
    agree(home, "")
    with open_hub(home) as hub:
        held = states(hub)
        desk.replay(hub, 2)
    run(home)

    assert [] == before
    assert [("in", "DELIVERED"), ("out", "PARKED")] == held
    assert 1 == len(sent(home))


def test_answer_is_the_same_bytes_when_it_is_made_again(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1")))
    [file] = (home / "partner_outbox" / "nordwind").glob("*.edi")
    first = file.read_bytes()
    shutil.rmtree(home / "partner_outbox")
    with open_hub(home) as hub, hub.journal.begin() as connection:
        connection.execute(schema.delivery.update().where(schema.delivery.c.sink == "to_partners").values(state="WAITING"))
        connection.execute(schema.document.update().where(schema.document.c.direction == "out").values(state="ACCEPTED"))
    run(home)

    assert first == file.read_bytes()


def test_what_is_received_is_counted_without_what_we_send(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1")))
    with open_hub(home) as hub:
        counted = hub.status()

    assert (1, 1, True) == (counted.documents, counted.delivered, counted.balanced)
    assert {"documents": 1, "delivered": 1} == {name: counted.outbound[name] for name in ("documents", "delivered")}


def codes(hub: Hub) -> list[tuple[str, int | None]]:
    """(code, document) of each problem."""
    with reading(hub.journal) as connection:
        return [
            tuple(row) for row in connection.execute(select(schema.problem.c.code, schema.problem.c.document).order_by(schema.problem.c.id))
        ]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [("+77++++1", "+++++1", "interchange-unanswerable"), (NORDWIND, "4023456600009", "answer-to-nobody")],
)
def test_interchange_that_cannot_be_answered_is_told(home: Path, before: str, after: str, code: str) -> None:
    content = interchange("77", order(1, "K-1")).decode().replace(before, after)
    run(home, content.replace("UNZ+1+77", "UNZ+1+" if after == "+++++1" else "UNZ+1+77").encode())
    with open_hub(home) as hub:
        if ("in", "PARKED") in states(hub):
            desk.reject(hub, 1, "who is that?")

    with open_hub(home) as hub:
        assert (code, None) in codes(hub)
    assert [] == sent(home)


def test_partner_whom_only_the_documents_name_is_answered(home: Path) -> None:
    content = interchange("77", order(1, "K-1")).decode().replace(f"+{NORDWIND}:14+", "+NETWORK-7:ZZ+")
    run(home, content.encode())

    assert [[f"UCI+77+NETWORK-7:ZZ+{US}:14+7"]] == sent(home)


def test_what_the_partner_says_of_our_answer_is_kept_with_it(home: Path) -> None:
    agree(home, "answers: {contrl: never, aperak: always, deadline_hours: 0}\nformats: {edifact-out: {acknowledgement: true}}")
    run(home, interchange("77", order(1, "K-1"), order(2, "K-2")))
    with open_hub(home) as hub:
        waiting = hub.status()
    refusal = "UNH+1+CONTRL:D:3:UN'UCI+2+5412345000013:14+4012345500004:14+4+18'UNT+3+1'"
    acknowledgement = "UNH+1+CONTRL:D:3:UN'UCI+1+5412345000013:14+4012345500004:14+7'UNT+3+1'"
    run(home, interchange("78", acknowledgement), interchange("79", refusal))

    with open_hub(home) as hub:
        answered = hub.status()
        told = codes(hub)
    assert ["A1", "A2"] == [one.number for one in waiting.overdue]
    assert () == answered.overdue
    assert (1, 1) == (answered.outbound["acknowledged"], answered.outbound["refused"])
    assert ("refused-by-partner", 4) in told


def test_message_that_the_partner_refuses_in_an_interchange_that_it_acknowledges_is_refused(home: Path) -> None:
    agree(home, "answers: {contrl: never, aperak: always, deadline_hours: 0}\nformats: {edifact-out: {acknowledgement: true}}")
    run(home, interchange("77", order(1, "K-1")))
    refusal = "UNH+1+CONTRL:D:3:UN'UCI+1+5412345000013:14+4012345500004:14+7'UCM+1+APERAK:D:96A:UN+4'UCS+2+13'UNT+5+1'"
    run(home, interchange("78", refusal))

    with open_hub(home) as hub:
        counted = hub.status()
        told = codes(hub)
    assert (0, 1, ()) == (counted.outbound["acknowledged"], counted.outbound["refused"], counted.overdue)
    assert ("refused-by-partner", 2) in told


def test_answer_that_is_owed_for_too_long_is_told(home: Path) -> None:
    agree(home, "answers: {deadline_hours: 0}")
    run(home, interchange("77", order(1, "K-1", 99)))

    with open_hub(home) as hub:
        assert [("interchange", "77", "nordwind")] == [(one.what, one.number, one.partner) for one in hub.status().overdue]


def test_answer_without_a_sink_asks_for_one(home: Path) -> None:
    agree(home, "answers: {sink: nowhere}")
    run(home, interchange("77", order(1, "K-1")))

    with open_hub(home) as hub, reading(hub.journal) as connection:
        question = connection.execute(select(schema.document.c.question).where(schema.document.c.direction == "out")).scalar_one()
    assert '"answer-without-sink"' in question


def test_numbers_are_counted_for_each_partner(home: Path) -> None:
    (home / "partners" / "suedwind.yaml").write_text("partner: suedwind\nname: Suedwind\nidentity: {gln: ['4023456600009']}\n")
    other = interchange("77", order(1, "K-9")).replace(NORDWIND.encode(), b"4023456600009")
    run(home, interchange("77", order(1, "K-1")), other, interchange("78", order(1, "K-2")))

    [theirs] = (home / "partner_outbox" / "suedwind").glob("*.edi")
    assert 2 == len(sent(home))
    assert "+1'" in theirs.read_text("latin-1").split("UNH")[0]


def test_answers_are_kept_on_postgresql_too(home: Path, postgresql_url: str) -> None:
    with (home / "wharf.yaml").open("a") as stream:
        stream.write(f"database: {postgresql_url}\n")
    content = interchange("77", order(1, "K-1"), order(2, "K-2", 99))
    run(home, content)
    with open_hub(home) as hub:
        desk.reject(hub, 2, "a part is missing")
    run(home, content + b"\n", interchange("78", order(1, "K-3")))

    assert ["UCI+77", "UCI+78"] == [one[0][:6] for one in sent(home)]
    with open_hub(home) as hub:
        assert hub.status().balanced


def test_wharf_shows_what_was_sent_and_why(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1")))
    with open_hub(home) as hub, reading(hub.journal) as connection:
        shown = "\n".join(show_document(connection, 2, "en"))
        [received, answer] = list(list_documents(connection))

    assert "CONTRL, control number 1, prepared" in shown
    assert "in answer to interchange 77" in shown
    assert ("in", "out", "CONTRL") == (received.direction, answer.direction, answer.message_type)


@pytest.mark.parametrize(("they", "we"), [(f"{NORDWIND}:30", "HAFEN:ZZ"), (NORDWIND, "HAFEN")])
def test_answer_goes_to_the_codes_and_qualifiers_of_the_interchange(home: Path, they: str, we: str) -> None:
    agree(home, "answers: {aperak: always}")
    content = interchange("77", order(1, "K-1")).decode().replace(f"+{NORDWIND}:14+{US}:14+", f"+{they}+{we}+")
    run(home, content.encode())

    texts = [file.read_text("latin-1") for file in (home / "partner_outbox" / "nordwind").glob("*.edi")]
    assert [f"{we}+{they}"] * 2 == ["+".join(one.split("'")[1].split("+")[2:4]) for one in texts]
    assert [f"UCI+77+{they}+{we}+7"] in sent(home)


def test_document_that_is_read_again_under_another_agreement_is_acknowledged(home: Path) -> None:
    run(home, interchange("77", order(1, "K-1"), order(2, "K-2", 99)))
    before = sent(home)
    agree(home, "accepted_deviations: [edifact-segment-count]")
    with open_hub(home) as hub:
        desk.replay(hub, 2)
    run(home)

    assert [] == before
    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7"]] == sent(home)


def test_interchange_of_a_sender_who_becomes_known_is_answered(home: Path) -> None:
    content = interchange("77", order(1, "K-1", 99)).replace(NORDWIND.encode(), b"4023456600009")
    run(home, content)
    with open_hub(home) as hub:
        desk.answer(hub, 1, "partner", "nordwind")
        desk.release(hub, 1, "new", "it is whole")
    run(home)

    assert [[f"UCI+77+4023456600009:14+{US}:14+7"]] == sent(home)


WITHOUT = (
    f"companies: [{{company: us, name: Hafen AG, identity: {{gln: ['{US}']}}}}]\n"
    "sources: {inbox: {kind: folder, folder: inbox, stable_seconds: 0}}\n"
    "sinks:\n  outbox: {kind: xml_outbox, folder: outbox}\n"
)


def asked(home: Path, code: str = "answer-without-sink") -> str:
    """The question of what we made, which has that code: what is wrong and what to do."""
    with open_hub(home) as hub, reading(hub.journal) as connection:
        [question] = [one.question for one in list_documents(connection) if one.direction == "out"]
    assert question is not None
    assert code == question.code
    return f"{question.text()} {question.hint()}"


def added_by(question: str, name: str) -> str:
    """The line of wharf.yaml that a question names."""
    return next(part for part in question.split("`") if part.startswith(f"{name}: "))


def test_line_that_the_question_names_lets_the_answer_go_when_it_is_released(home: Path) -> None:
    (home / "wharf.yaml").write_text(WITHOUT)
    run(home, interchange("77", order(1, "K-1")))
    (home / "wharf.yaml").write_text(f"{WITHOUT}  {added_by(asked(home), 'to_partners')}\n")
    with open_hub(home) as hub:
        desk.release(hub, 2, "new", "there is a way now")
        released = states(hub)
    run(home)

    assert [("in", "DELIVERED"), ("out", "ACCEPTED")] == released
    assert [[f"UCI+77+{NORDWIND}:14+{US}:14+7"]] == sent(home)


def test_answer_that_still_has_no_way_is_not_released_and_says_what_to_write(home: Path) -> None:
    (home / "wharf.yaml").write_text(WITHOUT)
    run(home, interchange("77", order(1, "K-1")))

    with open_hub(home) as hub, pytest.raises(Permanent, match=r"to_partners: \{kind: edifact_outbox, folder: partner_outbox\}"):
        desk.release(hub, 2, "new", "go")


def test_answer_to_a_test_carries_the_flag_and_goes_only_where_tests_go(home: Path) -> None:
    with (home / "wharf.yaml").open("a") as stream:
        stream.write("  tests: {kind: edifact_outbox, folder: partner_tests, test: true}\n")
        stream.write("  test_outbox: {kind: xml_outbox, folder: test_outbox, test: true}\n")
    agree(home, "answers: {aperak: always}")
    run(home, interchange("77", order(1, "K-1")).replace(b"+77++++1'", b"+77++++1++1'"), interchange("78", order(1, "K-2")))

    flags = {
        folder: [file.read_text("latin-1").split("'")[1].endswith("+1") for file in (home / folder / "nordwind").glob("*.edi")]
        for folder in ("partner_tests", "partner_outbox")
    }
    assert {"partner_tests": [True, True], "partner_outbox": [False, False]} == flags


def test_answer_to_a_test_waits_for_a_sink_that_takes_tests(home: Path) -> None:
    with (home / "wharf.yaml").open("a") as stream:
        stream.write("  test_outbox: {kind: xml_outbox, folder: test_outbox, test: true}\n")
    run(home, interchange("77", order(1, "K-1")).replace(b"+77++++1'", b"+77++++1++1'"))
    before = (home / "partner_outbox" / "nordwind").exists()
    with (home / "wharf.yaml").open("a") as stream:
        stream.write(f"  {added_by(asked(home, 'sending-test-without-sink'), 'test_to_partners')}\n")
    run(home)

    assert not before
    assert 1 == len(list((home / "partner_tests" / "nordwind").glob("*.edi")))


def test_control_number_of_an_answer_that_is_rejected_is_accounted_for(home: Path) -> None:
    agree(home, "formats: {edifact-out: {charset: nonsense}}")
    run(home, interchange("77", order(1, "K-1")))
    with open_hub(home) as hub:
        desk.reject(hub, 2, "not wanted")
    agree(home, "")
    run(home, interchange("78", order(1, "K-2")))

    assert [] == list(verify_home(home))
    told = f"control number 1 from {US}:14 to {NORDWIND}:14 was not sent: document 2 was rejected (the audit says so)"
    assert [told] == list(unsent(home))
    [file] = (home / "partner_outbox" / "nordwind").glob("*.edi")
    assert "2" == file.read_text("latin-1").split("'")[1].split("+")[5]


def test_control_number_that_nobody_sent_and_nobody_gave_up_is_found(home: Path) -> None:
    agree(home, "formats: {edifact-out: {charset: nonsense}}")
    run(home, interchange("77", order(1, "K-1")))
    with open_hub(home) as hub, hub.journal.begin() as connection:
        out = schema.document.c.direction == "out"
        connection.execute(schema.document.update().where(out).values(state="REJECTED"))
        connection.execute(schema.delivery.update().where(schema.delivery.c.state == "HELD").values(state="CANCELLED"))

    found = f"control number 1 from {US}:14 to {NORDWIND}:14 was never sent (document 2), and the audit does not say so"
    assert found in list(verify_home(home))
