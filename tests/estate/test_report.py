"""A report tells the published state: the same bytes, nothing left out in silence, nothing acts."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from lineage_pipeline.cli import cli
from lineage_pipeline.compliance.assessment import ORGANISATION, published
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.estate.bars import Bar, bars
from lineage_pipeline.estate.columns import Column, columns
from lineage_pipeline.estate.facts import read_estate
from lineage_pipeline.estate.gates import month_labels, months_from
from lineage_pipeline.estate.marks import STATUS
from lineage_pipeline.estate.page import render_report
from lineage_pipeline.estate.words import written
from lineage_pipeline.paths import workspace_paths
from lineage_pipeline.trail.reader import PUBLISHED
from tests.builders import make_event
from tests.estate.crowded import HOSTILE, crowd
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Demo


class Tags(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: set[str] = set()
        self.idents: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.targets |= {value or "" for name, value in attrs if name == "href"}
        self.idents |= {value or "" for name, value in attrs if name == "id"}


@pytest.fixture(scope="module")
def page(demo: Demo) -> str:
    return render_report(read_estate(demo.workspace.paths))


@pytest.fixture(scope="module")
def crowded_page(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("crowded") / "workspace"
    return render_report(read_estate(crowd(demo.workspace.paths, root)))


@pytest.fixture(scope="module")
def empty_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    workspace = make_workspace(tmp_path_factory.mktemp("empty") / "workspace")
    deliver(workspace, {})
    return render_report(read_estate(workspace.paths))


def test_the_same_state_gives_the_same_bytes(demo: Demo, page: str) -> None:
    assert render_report(read_estate(demo.workspace.paths)) == page


def test_it_is_as_of_the_known_time_of_what_is_published(page: str) -> None:
    years = set(re.findall(r"\b20\d\d(?=-\d\d-\d\d)", page))

    assert "As known at <time" in page
    assert ">2026-10-12 06:00 UTC</time>" in page
    assert max(years) <= "2027"


def test_it_asks_for_nothing_and_runs_nothing(page: str) -> None:
    found = Tags(page)

    assert not found.tags & {"script", "img", "link", "iframe", "object", "form", "base"}
    assert not found.attributes & {"src", "style", "srcset", "action"}
    assert all(target.removeprefix("#") in found.idents for target in found.targets)
    assert not re.search(r"@import|url\((?!#)", page)
    assert "default-src 'none'" in page
    assert "unsafe" not in page


def test_hostile_names_stay_text(crowded_page: str) -> None:
    found = Tags(crowded_page)

    assert not found.tags & {"script", "img", "b", "object", "iframe"}
    assert {name for name in found.attributes if name.startswith("on")} == set()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in crowded_page
    assert "\u202e" not in crowded_page
    assert "m" * 400 not in crowded_page


def test_what_is_left_out_is_said(crowded_page: str) -> None:
    assert "12 of 10,003" in crowded_page
    assert "12 of 200,035" in crowded_page
    assert "12 of 10,000" in crowded_page
    assert "12 of 37 sources" in crowded_page
    assert "10 decisions that are not what their digest says are left out" in crowded_page
    assert len(crowded_page) < 400_000


def test_plots_count_what_tables_do_not_show(crowded_page: str) -> None:
    [row] = re.findall(r'<tr><th scope="row">no tier</th>.*?</tr>', crowded_page)
    [told] = re.findall(r"<title>(.*?)</title>", row)

    assert sum(int(count.replace(",", "")) for count in re.findall(r"[\d,]*\d", told)) == 10_000
    assert "10,000 models" in row


def test_persons_of_whom_data_are_kept_are_not_named(page: str, crowded_page: str) -> None:
    assert "subj-" not in page
    assert "subj-" not in crowded_page
    assert "a person, who is not named here" in crowded_page


def test_controls_are_counted_as_they_were_published(demo: Demo, page: str) -> None:
    status = published(demo.workspace.paths).of_scope(ORGANISATION).control_status
    failing = status.filter(status["status"] == "FAIL").height

    assert f"controls that fail</span><strong>{failing}</strong>" in page
    assert f"of {status.height} controls that are on" in page
    for control in status["control_id"]:
        assert f"<bdi>{control}</bdi>" in page


def test_what_nobody_told_is_unknown_and_not_zero(empty_page: str) -> None:
    [glance] = re.findall(r'<section id="glance">.*?</section>', empty_page)

    assert set(re.findall(r"<strong>(.*?)</strong>", glance)) == {"unknown"}
    assert "Whether there are models is unknown." in empty_page
    assert "Nothing that was told has been published yet" in empty_page


def test_without_a_policy_no_tier_is_claimed(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    deliver(workspace, {"some": [make_event(run="r1", type="COMPLETE", inputs=["a"])]})

    page = render_report(read_estate(workspace.paths))

    assert "under no policy" in page
    assert "controls that fail" in page
    assert "no model has" not in page


def test_a_warehouse_that_was_copied_alone_says_that_it_has_no_log(
    demo: Demo, tmp_path: Path
) -> None:
    page = render_report(read_estate(crowd(demo.workspace.paths, tmp_path / "alone", 1)))

    assert "There is no log beside this warehouse" in page
    assert "signed by the log" not in page


def test_a_checkpoint_that_no_key_has_signed_is_told(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    deliver(workspace, {"some": [make_event(run="r1", type="COMPLETE", inputs=["a"])]})
    checkpoint = workspace.paths.trail / PUBLISHED
    text = checkpoint.read_text(encoding="utf-8")
    head, _, signature = text.rpartition(" ")
    checkpoint.write_text(f"{head} {signature[:10]}AAAA{signature[14:]}", encoding="utf-8")

    page = render_report(read_estate(workspace.paths))

    assert "the checkpoint is not signed by a key of the log" in page
    assert "✓</span> signed by" not in page


def test_the_command_writes_a_file_or_standard_output(
    demo: Demo, tmp_path: Path, page: str
) -> None:
    root, file = str(demo.workspace.paths.root), tmp_path / "report.html"

    printed = CliRunner().invoke(cli, ["report", "-w", root])
    kept = CliRunner().invoke(cli, ["report", "-w", root, "-o", str(file)])

    assert (printed.exit_code, kept.exit_code) == (0, 0)
    assert printed.stdout == file.read_text(encoding="utf-8") == page
    assert kept.stdout == ""
    assert "was not verified" in kept.stderr


def test_nothing_published_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing is published yet"):
        read_estate(workspace_paths(tmp_path))


def test_every_bar_of_a_plot_has_the_same_scale() -> None:
    drawn = bars("some", "thing", [Bar("a", {"PASS": 100}), Bar("b", {"PASS": 50})], STATUS)
    long, short = (
        float(width) for width in re.findall(r'<rect x="0.00%" width="([\d.]+)%"', drawn)
    )

    assert long == pytest.approx(2 * short, abs=0.02)


def test_the_least_part_is_drawn_and_told() -> None:
    drawn = bars("some", "thing", [Bar("a", {"PASS": 10**6, "FAIL": 1})], STATUS)

    assert 'class="bad"' in drawn
    assert "✕ 1" in drawn
    assert "1,000,001 things" in drawn


def test_nothing_is_no_bar() -> None:
    assert "none</span>" in bars("some", "thing", [Bar("a", {})], STATUS)
    assert "<rect" not in columns("some", "nothing", [Column(("a",), {})], STATUS)


def test_months_run_over_the_turn_of_the_year() -> None:
    months = months_from(date(2026, 11, 30), 3)

    assert months == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert month_labels(months) == [("Nov", "2026"), ("Dec",), ("Jan", "2027")]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_bounded_and_keeps_to_itself(name: str) -> None:
    assert written(name).startswith("<bdi")
    assert len(written(name)) < 2000
