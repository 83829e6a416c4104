"""What the documentation shows is what the commands print."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lineage_pipeline.cli.commands import COMMANDS
from lineage_pipeline.settings.lineage_toml import STAGES
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.reader import open_log
from lineage_pipeline.trail.rotation import rotate
from tests.transcripts import BLOCK, DEMO_OPTION, ROOT, SHELL, answered, told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Demo

README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
AUDIT_TRAIL = (ROOT / "docs" / "audit-trail.md").read_text(encoding="utf-8")
KEYS = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
REPORT = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
AUDITORS = (ROOT / "docs" / "auditors.md").read_text(encoding="utf-8")
COMPLIANCE = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
QUALITY = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
PACKAGE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (*(ROOT / "lineage_pipeline").rglob("*.py"), *(ROOT / "sql").rglob("*.sql"))
)


def steady(text: str) -> str:
    """Return the text without what differs from run to run: seconds, sizes, places."""
    text = re.sub(r"\d+\.\d s\b", "N s", text)
    text = re.sub(r"(warehouse\.duckdb), [\d.]+ MB", r"\1, N MB", text)
    return re.sub(r"-w \S+", "-w demo", text)


def test_readme_commands_print_what_the_readme_shows(demo: Demo) -> None:
    assert sum(DEMO_OPTION in block[1] for block in BLOCK.finditer(README)) >= 5
    assert answered(README, demo.workspace.paths.root) == README


def test_questions_are_answered_as_the_documentation_shows(demo: Demo) -> None:
    assert sum(DEMO_OPTION in block[1] for block in BLOCK.finditer(QUESTIONS)) >= 5
    assert answered(QUESTIONS, demo.workspace.paths.root) == QUESTIONS


@pytest.mark.parametrize("name", ["compliance.md", "auditors.md", "model-cards.md", "replay.md"])
def test_pages_print_what_the_documentation_shows(demo: Demo, name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert sum(DEMO_OPTION in block[1] for block in BLOCK.finditer(text)) >= 2
    assert answered(text, demo.workspace.paths.root) == text


def test_readme_shows_the_last_run_of_the_demo(demo: Demo) -> None:
    shown = re.search(r"```console\n\$ make demo\n(.*?)```", README, re.DOTALL)
    assert shown is not None

    printed = steady(demo.printed)

    for line in steady(shown[1]).splitlines():
        assert line in printed


def test_readme_picture_is_what_the_renderer_draws_of_the_demo(demo: Demo) -> None:
    assert (ROOT / "docs" / "credit-risk.svg").read_text(encoding="utf-8") == demo.picture


def test_links_lead_somewhere() -> None:
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file}: {target}"


def test_every_room_of_the_package_is_in_the_readme() -> None:
    rooms = {
        path.name
        for path in (ROOT / "lineage_pipeline").iterdir()
        if not path.name.startswith("_") and path.suffix in ("", ".py")
    }
    assert {room for room in rooms if f"`{room}`" not in README} == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"lineage {command}(?![\w-])", README)


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_documented(stage: str) -> None:
    assert f"`{stage}`" in (ROOT / "docs" / "stages.md").read_text(encoding="utf-8")


def test_every_reason_and_flag_in_the_code_is_documented_and_none_else() -> None:
    in_code = set(re.findall(r'Problem\(\s*"(\w+)"', PACKAGE))
    in_code |= set(re.findall(r'flags\.append\(\s*\("(\w+)"', PACKAGE))
    rows = [line.split("|")[1] for line in QUALITY.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    documented -= {"reason_code", "flag"}

    assert in_code <= documented
    assert {name for name in documented if not re.search(rf"['\"]{name}['\"]", PACKAGE)} == set()


def test_what_was_tampered_with_is_told_as_the_documentation_shows(
    demo: Demo, tmp_path: Path
) -> None:
    assert told_in_turn(AUDIT_TRAIL, demo, tmp_path) == 5


def test_a_pack_is_made_and_verified_as_the_documentation_shows(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "evidence-pack.md").read_text(encoding="utf-8")
    assert sum(DEMO_OPTION in block[1] for block in BLOCK.finditer(text)) == 2
    monkeypatch.chdir(tmp_path)
    printed = answered(text, demo.workspace.paths.root)
    assert unnumbered(sized(printed)) == unnumbered(sized(text))


def sized(text: str) -> str:
    """Return the text without how long a file is, which follows from digests."""
    return re.sub(r"[\d.]+ [kM]B", "N kB", text)


def test_a_rotation_is_told_and_followed_as_the_documentation_shows(
    demo: Demo, tmp_path: Path
) -> None:
    assert told_in_turn(KEYS, demo, tmp_path) == 9


def test_a_report_is_made_as_the_documentation_shows(demo: Demo, tmp_path: Path) -> None:
    assert told_in_turn(REPORT, demo, tmp_path) == 3


def test_an_answer_is_kept_and_asked_again_as_the_documentation_shows(
    demo: Demo, tmp_path: Path
) -> None:
    section = AUDITORS.partition("## 2. An answer as evidence")[2].partition("\n## ")[0]
    assert told_in_turn(section, demo, tmp_path) == 2


def test_working_papers_are_written_as_the_documentation_shows(demo: Demo, tmp_path: Path) -> None:
    section = COMPLIANCE.partition("## What auditors take away")[2].partition("\n## ")[0]
    assert told_in_turn(section, demo, tmp_path) == 2


def test_a_key_service_signs_as_the_documentation_shows(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(.*?)```", KEYS, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own documentation
    service = Ed25519PrivateKey.generate()
    public = service.public_key().public_bytes_raw()
    signer = names["ServiceSigner"](service, "lineage/lender", public)
    first = SecretKey("lineage/lender", bytes(32))
    Log(tmp_path, first).append([b"one"])
    rotate(tmp_path, first, signer)
    Log(tmp_path, signer).append([b"two"])
    assert open_log(tmp_path, [signer.key]).entry(2) == b"two"


def told_in_turn(document: str, demo: Demo, folder: Path) -> int:
    """Check what each console block shows, run in turn on a copy of the demo; return how many."""
    shutil.copytree(demo.workspace.paths.root, folder / "demo")
    blocks = SHELL.findall(document)
    for command, shown in blocks:
        assert unnumbered(told(command, folder)) == unnumbered(shown), command
    return len(blocks)


def unnumbered(text: str) -> str:
    """Return the text without what differs from demo to demo: keys, digests, counts, order."""
    text = re.sub(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}", "+KEY", text)
    text = re.sub(r"[0-9a-f]{16,}(\n +[0-9a-f]{1,15}$)?", "DIGEST", text, flags=re.MULTILINE)
    text = re.sub(r"(?m)\+[0-9a-f]{8}$|(?<=\.)[0-9a-f]{8}(?=\.retired)", "ID", text)
    text = re.sub(r"/\S+/demo/keys", "demo/keys", text)
    text = re.sub(r"\d+ entries|[\d.]+ MB|entry \d+ of \d+|row \d+|(?m:^ *\d+(?=  ))", "N", text)
    text = re.sub(r"(?m)\b\d+$", "N", text)
    return "\n".join(sorted(re.sub(r"[ ─]{2,}", "  ", text).splitlines()))
