"""What goes wrong on the way of events into landing: late, twice, out of order, broken, torn."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from openlineage.client.event_v2 import DatasetEvent
from openlineage.client.facet_v2 import datasource_dataset

from data.story.company import SERVING, SNOWFLAKE
from data.story.emission import Emission, catalogue_event
from data.story.identity import run_id
from data.story.landed import LandedFile
from data.story.weeks import DELIVERIES, at, delivery_of, iso

if TYPE_CHECKING:
    from openlineage.client.generated.base import DatasetFacet

LATE_DAY = date(2026, 9, 11)
LATE_DELIVERY = DELIVERIES[4]
LATE_JOB = "feature_jobs.affordability"
LATE_PATH = "openlineage/late/2026-09-25.ndjson"
DUPLICATE_DAY = date(2026, 9, 17)
DUPLICATE_JOB = "northwind.stg_loans"
DUPLICATE_PATH = "openlineage/replay/2026-09-17.ndjson"
DISORDER_DAY = date(2026, 9, 24)
DISORDER_JOB = "northwind.stg_payments"
MALFORMED_PATH = "openlineage/proxy/2026-09-25.ndjson"
ODD_PATH = "openlineage/proxy/2026-09-15.ndjson"
GROWN_PATH = "openlineage/spark/2026-10-04.ndjson"
TORN_PATH = "openlineage/spark/2026-10-11.ndjson"
PASSWORD_DAY = date(2026, 9, 17)
PASSWORD_URI = "postgres://svc:hunter2@core-db.example.org:5432/core"  # noqa: S105
_TORN_BYTES = 220


def with_password() -> Emission:
    """A catalogue event whose data source carries a user and a password."""
    emission = catalogue_event("core.accounts", at(PASSWORD_DAY, "09:12"), {})
    event = emission.event
    if isinstance(event, DatasetEvent):
        facets: dict[str, DatasetFacet] = dict(event.dataset.facets or {})
        facets["dataSource"] = datasource_dataset.DatasourceDatasetFacet(
            name="core-db", uri=PASSWORD_URI, producer="https://git.example.org/northwind/profiler"
        )
        event.dataset.facets = facets
    return emission


def spoil(landed: list[LandedFile]) -> list[LandedFile]:
    """The files as they really arrive, each planted mistake made once."""
    spoiled = landed
    for mistake in (_late, _duplicate, _disorder, _grown, _torn):
        spoiled = mistake(spoiled)
    return [*spoiled, _malformed(), _odd()]


def _lines(file: LandedFile) -> list[bytes]:
    return file.content.splitlines(keepends=True)


def _is(line: bytes, job: str) -> bool:
    return bool(json.loads(line).get("job", {}).get("name") == job)


def _edit(
    landed: list[LandedFile], path: str, change: Callable[[LandedFile], list[LandedFile]]
) -> list[LandedFile]:
    return [new for file in landed for new in (change(file) if file.path == path else [file])]


def _late(landed: list[LandedFile]) -> list[LandedFile]:
    def change(file: LandedFile) -> list[LandedFile]:
        late = [line for line in _lines(file) if _is(line, LATE_JOB)]
        rest = [line for line in _lines(file) if not _is(line, LATE_JOB)]
        return [
            replace(file, content=b"".join(rest)),
            LandedFile(LATE_DELIVERY, LATE_PATH, b"".join(late)),
        ]

    return _edit(landed, f"openlineage/spark/{LATE_DAY}.ndjson", change)


def _duplicate(landed: list[LandedFile]) -> list[LandedFile]:
    def change(file: LandedFile) -> list[LandedFile]:
        twice = [
            line for line in _lines(file) if _is(line, DUPLICATE_JOB) and b'"COMPLETE"' in line
        ]
        return [file, LandedFile(file.delivery, DUPLICATE_PATH, b"".join(twice))]

    return _edit(landed, f"openlineage/airflow/{DUPLICATE_DAY}.ndjson", change)


def _disorder(landed: list[LandedFile]) -> list[LandedFile]:
    def change(file: LandedFile) -> list[LandedFile]:
        lines = _lines(file)
        first, second = (n for n, line in enumerate(lines) if _is(line, DISORDER_JOB))
        lines[first], lines[second] = lines[second], lines[first]
        return [replace(file, content=b"".join(lines))]

    return _edit(landed, f"openlineage/airflow/{DISORDER_DAY}.ndjson", change)


def _cut(content: bytes) -> bytes:
    start = content.rstrip(b"\n").rfind(b"\n") + 1
    return content[: start + _TORN_BYTES]


def _grown(landed: list[LandedFile]) -> list[LandedFile]:
    def change(file: LandedFile) -> list[LandedFile]:
        whole = replace(file, delivery=file.delivery + timedelta(weeks=1))
        return [replace(file, content=_cut(file.content)), whole]

    return _edit(landed, GROWN_PATH, change)


def _torn(landed: list[LandedFile]) -> list[LandedFile]:
    return _edit(landed, TORN_PATH, lambda file: [replace(file, content=_cut(file.content))])


_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_PROXY = "https://git.example.org/northwind/crm-export"


def export_event(day: date, state: str, when: str, run: str | None = None) -> dict[str, object]:
    """An event of the loan book export, whose home-made producer takes liberties."""
    written = run or run_id(at(day, "03:30"), "exports.loan_book")
    return {
        "eventTime": when,
        "eventType": state,
        "inputs": [{"namespace": SNOWFLAKE, "name": "lending.silver.loans", "facets": {}}],
        "job": {"namespace": "crm", "name": "exports.loan_book", "facets": {}},
        "outputs": [{"namespace": SERVING, "name": "exports/loan_book", "facets": {}}],
        "producer": _PROXY,
        "run": {"runId": written, "facets": {}},
        "schemaURL": _SCHEMA,
    }


def _line(event: object) -> bytes:
    return json.dumps(event, sort_keys=True).encode() + b"\n"


def _odd() -> LandedFile:
    """Readable events with liberties: each in a run of its own, closed by the odd event."""
    days = [date(2026, 9, 14) - timedelta(days=n) for n in range(6)]
    odd = {day: export_event(day, "COMPLETE", iso(at(day, "03:41"))) for day in days}
    odd[days[0]]["eventTime"] = "2026-09-14T03:41:00"
    odd[days[1]]["eventTime"] = "2026-09-13T05:41:00+02:00"
    odd[days[2]]["eventTime"] = "2026-09-12T03:41:00.472698302Z"
    odd[days[3]] = export_event(days[3], "COMPLETE", iso(at(days[3], "03:41")), "loan-book-0911")
    del odd[days[4]]["schemaURL"]
    odd[days[5]]["outputs"] = [
        {
            "namespace": SERVING,
            "name": "exports/loan_book",
            "facets": {
                "schema": {
                    "_producer": _PROXY,
                    "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json",
                    "fields": "loan_id, principal",
                }
            },
        }
    ]
    lines = []
    for day in sorted(days):
        run = "loan-book-0911" if day == days[3] else None
        lines.append(_line(export_event(day, "START", iso(at(day, "03:30")), run)))
        lines.append(_line(odd[day]))
    return LandedFile(delivery_of(date(2026, 9, 15)), ODD_PATH, b"".join(lines))


def _malformed() -> LandedFile:
    """Five lines that are no events, among two that are."""
    day = date(2026, 9, 25)
    start = _line(export_event(day, "START", iso(at(day, "03:30"))))
    end = _line(export_event(day, "COMPLETE", iso(at(day, "03:41"))))
    broken = [
        b"<html><body>502 Bad Gateway</body></html>\n",
        b'["START", "COMPLETE"]\n',
        b'{"level": "info", "message": "export finished", "rows": 95812}\n',
        start.replace(b"exports/loan_book", b"exports/loan_\xff\xfebook"),
        start.replace(b'"crm"', b'"cr\x00m"'),
    ]
    content = start + b"".join(broken) + end
    return LandedFile(delivery_of(day), MALFORMED_PATH, content)
