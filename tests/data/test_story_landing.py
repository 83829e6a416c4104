"""The committed landing files are what the generator writes, and lie where they should."""

import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from data.story.__main__ import main
from data.story.reading import LANDING, ROOT, Line, plain

_SIZE_LIMIT = 4_000_000
_FOLDERS = re.compile(
    r"openlineage/[a-z]+/\d{4}-\d{2}-\d{2}\.ndjson(\.gz|\.zst)?"
    r"|audit/cloudtrail/[\w-]+\.json\.gz"
    r"|audit/(kubernetes|cloudevents|generic)/[a-z-]+-\d{4}-\d{2}-\d{2}\.ndjson(\.gz)?"
    r"|audit/mlflow/(webhooks-\d{4}-\d{2}-\d{2}\.json(\.gz)?|access-\d{4}-\d{2}-\d{2}\.log)"
    r"|registry/mlflow/\d{8}T\d{6}Z/[a-z_]+\.json(\.gz)?"
    r"|registry/files/(cards/)?[a-z0-9-]+\.yaml"
    r"|monitoring/[\w/.-]+\.(nd)?json(\.gz)?"
    r"|governance/\d{4}-\d{2}\.ndjson"
    r"|compliance/(\d{4}-\d{2}\.ndjson|records/[a-z-]+\.yaml)"
)


def _files(root: Path) -> dict[str, Path]:
    return {str(p.relative_to(root)): p for p in sorted(root.rglob("*")) if p.is_file()}


def test_regenerating_gives_the_committed_files(rewritten: Path) -> None:
    """The same names and the same content.

    Packed files are compared unpacked: another zlib packs the same bytes differently.
    """
    committed, fresh = _files(LANDING), _files(rewritten)
    assert list(committed) == list(fresh)
    assert [n for n in committed if plain(committed[n]) != plain(fresh[n])] == []


def test_regenerating_on_one_machine_gives_the_same_bytes(rewritten: Path, tmp_path: Path) -> None:
    """Packing adds no clock: a second writing differs in no byte from the first."""
    assert main([str(tmp_path)]) == 0
    first, second = _files(rewritten), _files(tmp_path)
    assert list(first) == list(second)
    assert [n for n in first if first[n].read_bytes() != second[n].read_bytes()] == []


def test_packed_files_carry_no_time() -> None:
    """The time field of every gzip header is zero."""
    packed = list(LANDING.rglob("*.gz"))
    assert packed
    assert [path for path in packed if path.read_bytes()[4:8] != bytes(4)] == []


def test_a_missing_folder_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Without OUT nothing is written and the message says what to give."""
    assert main([]) == 2
    assert "python -m data.story OUT" in capsys.readouterr().err


def test_the_folder_stays_small() -> None:
    """The demo travels with the repository."""
    files = (p for p in ROOT.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    assert sum(path.stat().st_size for path in files) < _SIZE_LIMIT


def test_every_file_lies_in_a_folder_of_the_contract() -> None:
    """The folder decides which formats are admissible, so no file may stray."""
    names = [name.partition("/")[2] for name in _files(LANDING)]
    assert [name for name in names if not _FOLDERS.fullmatch(name)] == []


def test_the_runs_and_the_deliveries_agree() -> None:
    """Each run scans the delivery of its own Monday."""
    runs = tomllib.loads((ROOT / "runs.toml").read_text())["run"]
    assert [run["delivery"] for run in runs] == sorted(p.name for p in LANDING.iterdir())
    assert [run["clock"] for run in runs] == [f"{run['delivery']}T06:00:00Z" for run in runs]


def test_a_file_that_lands_again_has_only_grown() -> None:
    """The earlier content is the beginning of the later content."""
    versions: dict[str, list[bytes]] = {}
    for name, path in _files(LANDING).items():
        versions.setdefault(name.partition("/")[2], []).append(path.read_bytes())
    repeated = {name: found for name, found in versions.items() if len(found) > 1}
    assert "governance/2026-09.ndjson" in repeated
    assert "openlineage/spark/2026-10-04.ndjson" in repeated
    for name, found in repeated.items():
        for earlier, later in pairwise(found):
            assert later.startswith(earlier), name
            assert len(later) > len(earlier), name


def test_no_file_tells_of_the_time_after_its_delivery() -> None:
    """What lands on a Monday happened before its scan; expiry and due dates may lie ahead."""
    for name, path in _files(LANDING).items():
        delivery, _, rest = name.partition("/")
        if not rest.startswith(("openlineage/", "governance/", "audit/kubernetes")):
            continue
        for raw in plain(path).splitlines():
            try:
                row = json.loads(raw)
            except ValueError:
                continue
            if isinstance(row, dict):
                when = row.get("eventTime") or row.get("time") or row.get("stageTimestamp") or ""
                assert when < f"{delivery}T06:00:00Z", (name, when)


@pytest.mark.parametrize("name", ["mistakes.toml", "lineage.toml", "runs.toml"])
def test_settings_are_readable(name: str) -> None:
    """The plain data beside the landing files is valid TOML."""
    assert tomllib.loads((ROOT / name).read_text())


def test_policy_is_readable() -> None:
    """Each policy file is valid TOML and says something."""
    policies = sorted((ROOT / "policy").glob("*.toml"))
    assert [p.stem for p in policies] == [
        "approvers",
        "compliance",
        "identities",
        "purposes",
        "retention",
        "tiers",
    ]
    assert all(tomllib.loads(path.read_text()) for path in policies)


def test_the_files_of_the_traps_exist() -> None:
    """Each trap names a file that is committed."""
    traps = tomllib.loads((ROOT / "mistakes.toml").read_text())["trap"]
    named = [LANDING / trap["delivery"] / trap["file"] for trap in traps]
    assert len(named) == 15
    assert [path for path in named if not path.is_file()] == []


def test_the_expectations_in_the_documentation_hold(openlineage_lines: list[Line]) -> None:
    """The figures of the README are the figures of the files."""
    read = [line.raw for line in openlineage_lines if line.event and "eventTime" in line.event]
    figures = {
        "deliveries, files, bytes of `landing/`": f"7, {len(_files(LANDING))}, about 3.2 million",
        "OpenLineage lines that are events, over all deliveries and repeats": f"{len(read):,}",
        "distinct OpenLineage events": f"{len(set(read)):,}",
    }
    written = (ROOT / "README.md").read_text()
    assert [name for name, value in figures.items() if f"| {name} | {value} |" not in written] == []


def test_the_documentation_names_every_mistake(mistakes: dict[str, dict[str, str]]) -> None:
    """Each id of `mistakes.toml` has its row in the README."""
    written = (ROOT / "README.md").read_text()
    assert [name for name in mistakes if f"| {name} |" not in written] == []
