"""Settings of a hub home (wharf.yaml) and partner files (partners/*.yaml), read once and handed in as arguments."""

from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from wharfinger.yaml_files import YamlFileError, load_struct, unknown


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a company or partner is known in documents. All are lists; the first is the one that we send.

    gln: 13 digits. tax_ids: VAT, INN, UNP numbers as printed. codes: own codes for it (NAD agency 91, 92, customer numbers).
    names: spellings of its name, compared without case and punctuation. mail, domains: e-mail addresses and domains.
    """

    gln: tuple[str, ...] = ()
    tax_ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    mail: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Company(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of our own companies."""

    company: str
    name: str
    identity: Identity = Identity()
    currency: str | None = None
    time_zone: str = "UTC"


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How we answer what a partner sends. contrl: whether an interchange is acknowledged, "requested": where it asks for that.

    aperak: whether a document is answered with our reasons: when it is refused ("problems"), or in any case. ordrsp: whether the partner
    expects an order response to each order; the ERP makes it. sink: by which the answers, and all other documents for the partner, leave;
    it may be left out where wharf.yaml has only one outbound sink. deadline_hours: later than that, an answer is overdue.
    """

    contrl: Literal["requested", "always", "never"] = "requested"
    aperak: Literal["never", "problems", "always"] = "never"
    ordrsp: Literal["never", "always"] = "never"
    sink: str | None = None
    deadline_hours: int = 24


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A partner file. formats: per format ("edifact", "ubl", "table", "page") what differs from the format's own mapping; "edifact-out":
    the agreement on how what we issue is written for the partner (docs/mappings.md), which may be empty: {}.

    codes: per canonical field (unit_code, item, delivery_location) the partner's word -> ours. defaults: fields that the
    partner never states (document_currency_code, unit_code). accepted_deviations: problem codes that become warnings;
    stricter: problem code -> "reject" or "park". resend: what the same key with another body means.
    """

    partner: str
    name: str
    identity: Identity = Identity()
    language: Literal["en", "ru", "de", "zh"] = "en"
    time_zone: str | None = None
    formats: dict[str, dict[str, Any]] = {}
    codes: dict[str, dict[str, str]] = {}
    defaults: dict[str, str] = {}
    accepted_deviations: tuple[str, ...] = ()
    stricter: dict[str, Literal["reject", "park"]] = {}
    resend: Literal["conflict", "supersede", "snapshot"] = "conflict"
    answers: Answers = Answers()


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """wharf.yaml. Paths are relative to the hub home. database: SQLAlchemy URL. language: of the texts for our own people.

    sources: by name, what brings documents; `direction: out` says that a source is our own system, which makes documents for partners.
    sinks: by name, what takes them; an outbound one (edifact_outbox) takes what we send to partners and nothing that we received.
    """

    companies: tuple[Company, ...] = ()
    database: str = "sqlite:///journal.db"
    archive: str = "archive"
    partners: str = "partners"
    language: Literal["en", "ru", "de", "zh"] = "en"
    sources: dict[str, dict[str, Any]] = {}
    sinks: dict[str, dict[str, Any]] = {}


class Home(msgspec.Struct, frozen=True):
    """A hub home: its folder, settings and partners."""

    folder: Path
    settings: Settings
    partners: tuple[Partner, ...]

    def path(self, name: str) -> Path:
        """A path of the settings, relative to the home."""
        return self.folder / name

    def source_direction(self, name: str) -> str:
        """'out' for a source that is our own system, which makes documents for partners; else 'in'."""
        return str(self.settings.sources.get(name, {}).get("direction", "in"))

    def url(self, url: str) -> str:
        """A database URL of the settings; a relative SQLite file is taken from the home."""
        prefix = "sqlite:///"
        return f"{prefix}{self.path(url.removeprefix(prefix))}" if url.startswith(prefix) else url


def partner_files(folder: Path, settings: Settings) -> list[Path]:
    """The partner files of a home, in the order of its partners."""
    return sorted((folder / settings.partners).glob("*.yaml"))


def load_home(folder: Path) -> Home:
    """Read wharf.yaml and the partner files. Raises YamlFileError with file, line and column."""
    folder = folder.resolve()
    settings = load_struct(folder / "wharf.yaml", Settings)
    for name, source in settings.sources.items():
        if source.get("direction", "in") not in ("in", "out"):
            raise YamlFileError(folder / "wharf.yaml", f"sources: {name}: direction is {source['direction']!r}; valid: in, out")
    for at, company in enumerate(settings.companies):
        _check_time_zone(folder / "wharf.yaml", company.time_zone, ("companies", str(at), "time_zone"))
    files = partner_files(folder, settings)
    partners = tuple(load_struct(file, Partner) for file in files)
    seen: dict[str, Path] = {}
    for file, partner in zip(files, partners, strict=True):
        _check_names(file, partner)
        if partner.partner in seen:
            raise YamlFileError(file, f"partner {partner.partner!r} is already described by {seen[partner.partner].name}")
        seen[partner.partner] = file
    return Home(folder, settings, partners)


_FORMATS = ("edifact", "edifact-out", "page", "table", "ubl")
_WORDS = ("unit_code", "item", "delivery_location", "document_currency_code")
_DEFAULTS = ("document_currency_code", "unit_code")


def _check_names(file: Path, partner: Partner) -> None:
    """Raise YamlFileError for a name in a partner file that nothing asks for: what it says would never count."""
    if partner.time_zone is not None:
        _check_time_zone(file, partner.time_zone, ("time_zone",))
    for name in partner.formats:
        if name not in _FORMATS and "did you mean" in (told := unknown(name, _FORMATS)):  # other formats may have been added
            raise YamlFileError(file, told, ("formats", name))
    for field, names, valid in (("codes", partner.codes, _WORDS), ("defaults", partner.defaults, _DEFAULTS)):
        for name in names:
            if name not in valid:
                raise YamlFileError(file, unknown(name, valid), (field, name))
    if partner.stricter or partner.accepted_deviations:
        from wharfinger.problem_codes import CODES

        for field, codes in (("stricter", partner.stricter), ("accepted_deviations", partner.accepted_deviations)):
            for at, code in enumerate(codes):
                if code not in CODES:
                    told = f"{unknown(code, CODES).partition('; valid')[0]} (`wharf problems` lists the codes)"
                    raise YamlFileError(file, told, (field, code if field == "stricter" else str(at)))


def _check_time_zone(file: Path, name: str, keys: tuple[str, ...]) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        told = f"time_zone: {name} is no time zone; write it as the IANA database has it: Europe/Berlin"
        raise YamlFileError(file, told, keys) from None
