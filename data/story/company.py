"""The company as data types: columns, tables, jobs, people, and how they are written down."""

import re
from dataclasses import dataclass
from datetime import date

from data.story.weeks import RELEASE

# A comma between columns, not the one inside a type such as DECIMAL(12,2).
_COMMA = re.compile(r",(?![^(]*\))")

ACCOUNT = "111122223333"
RAW = "s3://northwind-raw"
CORE = "postgres://core-db.example.org:5432"
SNOWFLAKE = "snowflake://northwind-eu1"
LAKE = "s3://northwind-lake"
GLUE = f"arn:aws:glue:eu-west-1:{ACCOUNT}"
HIVE = "hive://metastore.example.org:9083"
ML = "s3://northwind-ml"
SANDBOX = "s3://northwind-sandbox"
SERVING = "s3://northwind-serving"
KAFKA = "kafka://stream.example.org:9092"
MLFLOW = "mlflow://mlflow.example.org"
ENDPOINT = "endpoint://prod-eu"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its type, its tags, and the day from which it exists (always, when none)."""

    name: str
    type: str
    tags: tuple[tuple[str, str], ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A data set of the company; `alias` is a second name under which some jobs know it."""

    namespace: str
    name: str
    columns: tuple[Column, ...] = ()
    rows: int = 0
    owner: str = ""
    description: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    alias: tuple[str, str] | None = None

    def columns_on(self, day: date) -> tuple[Column, ...]:
        """The columns that exist on a day."""
        return tuple(column for column in self.columns if not column.since or column.since <= day)


@dataclass(frozen=True, slots=True)
class Derivation:
    """How an output column (`*`: every row) comes from one input column."""

    target: str
    kind: str
    source: str
    field: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job: what it reads and writes by table key, and the derivations that are not copies."""

    namespace: str
    name: str
    integration: str
    job_type: str
    inputs: tuple[str, ...] = ()
    output: str | None = None
    derivations: tuple[Derivation, ...] = ()
    path: str = ""
    owner: str = "team:data-platform"
    minutes: int = 6


@dataclass(frozen=True, slots=True)
class Person:
    """A person: their mail address, name, role and the other accounts that are theirs."""

    mail: str
    name: str
    role: str
    accounts: tuple[str, ...] = ()


def tags(text: str) -> tuple[tuple[str, str], ...]:
    """The tags written as `key=value key=value`."""
    pairs = (word.partition("=") for word in text.split())
    return tuple((key, value) for key, _, value in pairs)


def columns(text: str) -> tuple[Column, ...]:
    """The columns written as `name type [tag=value …] [since-release]`, parted by commas."""
    return tuple(_column(part.split()) for part in _COMMA.split(text))


def _column(words: list[str]) -> Column:
    name, kind, *rest = words
    since = RELEASE if "since-release" in rest else None
    return Column(name, kind, tags(" ".join(w for w in rest if "=" in w)), since)


def derivations(text: str) -> tuple[Derivation, ...]:
    """The derivations written one a line as `target kind table-key.field`."""
    return tuple(_derivation(line.split()) for line in text.strip().splitlines())


def _derivation(words: list[str]) -> Derivation:
    target, kind, origin = words
    source, _, field = origin.rpartition(".")
    return Derivation(target, kind, source, field)


def _role(role: str, session: str) -> str:
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"


PEOPLE = (
    Person(
        "mia@example.org",
        "Mia Lindqvist",
        "ML engineer",
        (_role("ml-engineer", "mia"), "oidc:mia@example.org"),
    ),
    Person("jonas@example.org", "Jonas Weber", "ML engineer", (_role("ml-engineer", "jonas"),)),
    Person("priya@example.org", "Priya Nair", "ML lead, technical reviewer"),
    Person(
        "hana@example.org",
        "Hana Novak",
        "independent model validation",
        (_role("validation", "hana"),),
    ),
    Person("tomas@example.org", "Tomas Herrera", "product owner lending, business reviewer"),
    Person("lena@example.org", "Lena Fischer", "product owner collections, business reviewer"),
    Person("ingrid@example.org", "Ingrid Solheim", "compliance officer"),
    Person("oscar@example.org", "Oscar Mensah", "release manager", ("oidc:oscar@example.org",)),
    Person("noor@example.org", "Noor Haddad", "data protection officer"),
    Person("greta@example.org", "Greta Blom", "legal counsel"),
    Person("sam@example.org", "Sam Okafor", "internal audit"),
    Person("ravi@example.org", "Ravi Patel", "data engineer", (_role("data-engineer", "ravi"),)),
    Person(
        "devon@example.org",
        "Devon Clarke",
        "data scientist, growth",
        (_role("dev-sandbox", "devon"), "oidc:devon@example.org"),
    ),
    Person("yuki@example.org", "Yuki Tanaka", "data scientist, marketing"),
)


def account_of(mail: str) -> str:
    """The cloud account under which a person works; the mail address when there is none."""
    person = next(person for person in PEOPLE if person.mail == mail)
    return person.accounts[0] if person.accounts else mail
