"""Lines that compiled code reads become the rows that decoding them one by one gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lineage_pipeline.landing.files import LandingFile, SegmentTask
from lineage_pipeline.scan.kernel import scan
from lineage_pipeline.scan.openlineage import plain
from lineage_pipeline.scan.tasks import Manifest, ScanTask
from lineage_pipeline.settings.lineage_toml import ScanSettings
from tests.scans import KEPT, REJECTED, line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOCK = datetime(2026, 1, 2, tzinfo=UTC)

GOOD_TIMES = ["2026-01-01T12:00:00Z", "2026-01-01T12:00:00.123456789Z", "2024-02-29T23:59:59-11:30"]
ODD_TIMES = [
    "1969-12-31T23:59:59Z", "1970-01-01T00:30:00+01:00", "2026-01-01T12:00:60Z",
    "2026-01-01 12:00:00Z", "2026-01-01T12:00:00", "2026-01-01T24:00:00Z", "2026-02-29T12:00:00Z",
    "2026-01-01T12:00:00.1234567891Z", "2026-01-01T12:00:00+0200", "2262-01-01T00:00:00Z",
    "2026-13-01T00:00:00Z", "2026-01-01T12:00:00.Z", "2026-01-01T12:00Z", "2100-02-29T00:00:00Z",
    "2026-01-01T12:00:00.1+02:00", "2026-01-01T12:00:00+24:00", "2026-01-01T12:00:0\u0660Z",
]  # fmt: skip
ODD_TEXTS = ["", 'quo"te', "back\\slash", "tab\t", "\x7f", "\u2028", None, 5]
names = st.sampled_from(["raw", "clean", "sp\u00e4\u0165", "a b", "x" * 300])
places = st.sampled_from(
    [
        "db",
        "s3://bucket",
        "postgres://me:hunter2@db:5432",
        "https://x?token=abc&y=1",
        "\u00f1",
        "svc:hunter2@db:5432",
        "https://hooks.slack.com/services/T0/B0/hunter2",
    ]
)
run_ids = st.sampled_from(
    [
        "0198a1b2-0000-7000-8000-000000000001",
        "0198A1B2-0000-7000-8000-000000000002",
        "nightly",
        "https://me:hunter2@host/1",
        "https://host/1",
    ]
)
bodies = st.sampled_from(
    [
        {"_producer": "p", "_schemaURL": "u", "query": "select 1"},
        {"_producer": "p", "query": "select 2"},
        {"_producer": "p", "_schemaURL": "u", "query": 5},
        {"_producer": "p", "_schemaURL": "u", "password": "hunter2"},
        {"_producer": "p", "_deleted": True},
        {"_producer": "p", "fields": [{"name": "a", "type": "int"}, {"name": 'b"'}]},
        {"_producer": "p", "rowCount": 3, "size": 4},
        {"_producer": "p", "nested": [[{"}": "]"}]]},
        {}, None, "text", 5, [1, {"a": "\\"}], True,
    ]
)  # fmt: skip
facets = st.dictionaries(
    st.sampled_from(["sql", "schema", "outputStatistics", "custom", "sp\u00e4\u0165", "password",
                     "https://me:hunter2@host", "https://host", "environmentVariables"]), bodies,
    max_size=4,
)  # fmt: skip


def dataset(facet_key: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"namespace": places, "name": names}, optional={"facets": facets, facet_key: facets}
    )


usual = st.fixed_dictionaries(
    {
        "eventTime": st.sampled_from(GOOD_TIMES),
        "eventType": st.sampled_from(["START", "COMPLETE"]),
        "producer": st.just("https://p/1"),
        "schemaURL": st.just("https://s/2-0-2"),
        "run": st.fixed_dictionaries({"runId": run_ids}, optional={"facets": facets}),
        "job": st.fixed_dictionaries(
            {"namespace": places, "name": names}, optional={"facets": facets}
        ),
    },
    optional={
        "inputs": st.lists(dataset("inputFacets"), max_size=3),
        "outputs": st.lists(dataset("outputFacets"), max_size=3),
    },
)
twists = st.sampled_from(
    [
        *({"eventTime": text} for text in (*ODD_TIMES, *ODD_TEXTS)),
        *({"producer": text} for text in ("https://me:pw@p", *ODD_TEXTS)),
        *({"eventType": text} for text in ("complete", "DONE", "https://me:pw@h", *ODD_TEXTS)),
        *({"schemaURL": text} for text in ODD_TEXTS),
        *({"run": {"runId": text}} for text in ODD_TEXTS),
        *({"job": {"namespace": "n", "name": text}} for text in ODD_TEXTS),
        *({"inputs": [{"namespace": text, "name": "n"}]} for text in ODD_TEXTS),
        {"run": {}}, {"run": None}, {"job": None}, {"inputs": None}, {"outputs": {}},
        {"run": {"runId": "r", "facets": None}}, {"run": {"runId": "r", "vendor": 1}},
        {"inputs": [{"namespace": "n", "name": "n", "outputFacets": {"sql": {}}}]},
        {"inputs": [{"namespace": "n", "name": "n", "facets": {'odd"key': {"_producer": "p"}}}]},
        {"inputs": [None]}, {"inputs": ["raw"]}, {"vendor": {"a": 1}}, {"dataset": None},
        {"dataset": {"namespace": "n", "name": "n"}},
        {"job": {"namespace": "n", "name": "n", "facets": {f"f{i}": {} for i in range(70)}}},
    ]
)  # fmt: skip
events = usual | st.builds(lambda event, twist: event | twist, usual, twists)


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """Return an event as some producer writes it: its keys in any order, space or none."""
    event = draw(events)
    keys = draw(st.permutations(list(event)))
    is_ascii, is_tight = draw(st.booleans()), draw(st.booleans())
    text = json.dumps(
        {key: event[key] for key in keys},
        ensure_ascii=is_ascii,
        separators=(",", ":") if is_tight else (", ", " : "),
    )
    return text.encode()


broken = st.sampled_from(
    [
        *(content for content, _ in REJECTED.values() if len(content) < 2000),
        *(content for content, _ in KEPT.values()),
        line("one").replace(b'"outputs"', b'"x": 01, "outputs"'),
        line("one").replace(b'"inputs"', b'"run": {"runId": "other"}, "inputs"'),
        line("one")[:-1] + b', "job": {"namespace": "a", "name": "b", "facets": {"f": [}}}}',
        line("one") + b" ",
        line("one") + b"\r",
        b" " + line("one"),
        line("one") + line("two"),
        b"",
        b"\r",
    ]
)


def rows(folder: Path, content: bytes) -> tuple[dict[str, list[Any]], Manifest]:
    """Return the rows of every table of a scan of one file, sorted, and its manifest."""
    file = folder.parent / "events.ndjson"
    file.write_bytes(content)
    landed = LandingFile("openlineage", str(file), file.name, len(content), 0)
    manifest = scan(
        ScanTask("b", 0, (SegmentTask(landed),), CLOCK, folder, ScanSettings(), salts=bytes)
    )
    tables = {}
    for written_file in manifest.files:
        written = pq.read_table(folder / written_file.table / written_file.name)
        kept = [name for name in written.column_names if name != "row_number"]
        found = written.select(kept).to_pylist()
        tables[written_file.table] = sorted(json.dumps(row, default=repr) for row in found)
    return tables, manifest


def both(fresh: Iterator[Path], content: bytes) -> list[tuple[dict[str, list[Any]], list[Any]]]:
    found = []
    for smallest in (0, 1 << 40):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plain, "WORTH_SPLITTING", smallest)
            tables, manifest = rows(next(fresh) / "out", content)
        segments = [(*part[:16], part.is_rewrite) for part in manifest.segments]
        found.append((tables, [segments, manifest.rejected_by]))
    return found


@given(
    lines=st.lists(written(), min_size=1, max_size=12)
    | st.lists(written() | broken, min_size=1, max_size=4)
)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(lines=[content for content, _ in KEPT.values()])
@example(lines=[content for content, _ in REJECTED.values() if len(content) < 2000])
def test_compiled_and_decoded_give_the_same_rows(lines: list[bytes], fresh: Iterator[Path]) -> None:
    compiled, decoded = both(fresh, b"\n".join([*lines, b""]))
    assert compiled == decoded


@given(
    event=written(),
    places=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 2), st.binary(max_size=2))),
)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_they_agree_on_lines_that_were_damaged(
    event: bytes, places: list[tuple[int, int, bytes]], fresh: Iterator[Path]
) -> None:
    damaged = event
    for place, width, put in places[:4]:
        at = place % (len(damaged) + 1)
        damaged = damaged[:at] + put + damaged[at + width :]
    compiled, decoded = both(fresh, b"\n".join([event, damaged, event, b""]))
    assert compiled == decoded


def test_most_lines_of_an_ordinary_file_are_not_decoded(
    fresh: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []
    kept = plain.PlainScan.declined

    def noted(self: plain.PlainScan, block: Any) -> Any:
        declined = kept(self, block)
        decoded.append(int(declined.sum()))
        return declined

    monkeypatch.setattr(plain.PlainScan, "declined", noted)
    content = b"\n".join(
        [line(f"run {number}", at="2026-01-01T12:00:00Z") for number in range(500)]
        + [b'{"hello": "world"}', b""]
    )
    rows(next(fresh) / "out", content)
    assert decoded == [1]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """Folders that nobody has used."""

    def folders() -> Iterator[Path]:
        for number in range(100_000):
            folder = tmp_path / str(number)
            folder.mkdir()
            yield folder

    return folders()
