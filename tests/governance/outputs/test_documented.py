"""docs/ci.md and examples/: they parse, call what is documented, and check tokens rightly."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lineage_pipeline.errors import TokenError
from lineage_pipeline.governance.decision import EXIT_CODES, Circumstances
from lineage_pipeline.governance.outputs.rendering import ENDINGS, FORMATS, format_of
from lineage_pipeline.governance.token import Claims, issue_token
from lineage_pipeline.trail.keys import SecretKey
from tests.governance.outputs.decisions import PERFORMANCE, REGISTERED, decided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.governance.decision import Decision

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
GITHUB = ROOT / "examples" / "github"
GITLAB = ROOT / "examples" / "gitlab"
KEY = SecretKey("lineage/northwind-lending", bytes(range(32)))
OTHER = SecretKey("lineage/northwind-lending", bytes(range(1, 33)))
WEIGHTS = b"weights"
CHECKS = {
    "python": [sys.executable, str(GITHUB / "check_token.py")],
    "openssl": ["sh", str(GITLAB / "check_token.sh")],
}


def workflow(file: Path) -> dict[Any, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


def scripts() -> Iterator[str]:
    """Yield every line that a job of the examples runs."""
    for job in workflow(GITHUB / "deploy.yml")["jobs"].values():
        for step in job["steps"]:
            yield from step.get("run", "").splitlines()
    for job in workflow(GITLAB / ".gitlab-ci.yml").values():
        if isinstance(job, dict):
            yield from [*job.get("before_script", []), *job.get("script", [])]


def commands() -> list[list[str]]:
    words = [shlex.split(line) for line in scripts()]
    return [line for line in words if line[0] == "lineage"]


def synopsis() -> tuple[list[str], set[str]]:
    """Return the words of the documented command, and its options."""
    [line] = re.findall(r"(?m)^    lineage (gate check .*)$", DOCUMENT)
    return line.split(" ")[:2], set(re.findall(r"(?<![\w-])--?[a-z]+", line))


def test_the_examples_call_the_documented_command_with_documented_options() -> None:
    words, options = synopsis()
    found = commands()
    assert len(found) == 2
    for command in found:
        assert command[1:3] == words
        used = {word for word in command[3:] if word.startswith("-")}
        assert "--env" in used
        assert used <= options
        for option, value in zip(command, [*command[1:], ""], strict=True):
            if option == "--format":
                assert value in FORMATS
            if option == "-o":
                assert format_of(Path(value)) in FORMATS


@pytest.mark.parametrize("name", ["check", "verify"])
def test_the_synopsis_is_that_of_the_command(name: str) -> None:
    module = importlib.import_module("lineage_pipeline.cli.gate")
    if name == "verify":
        module = importlib.import_module("lineage_pipeline.cli.gate_verify")
    made = {option for param in getattr(module, name).params for option in param.opts}
    [line] = re.findall(rf"(?m)^    lineage gate {name} (.*)$", DOCUMENT)
    assert set(re.findall(r"(?<![\w-])--?[a-z]+", line)) <= made


def test_every_option_form_ending_exit_code_and_claim_is_documented() -> None:
    rows = [line.split("|")[1:-1] for line in DOCUMENT.splitlines() if line.startswith("|")]
    first = " ".join(row[0] for row in rows)
    for option in synopsis()[1]:
        assert f"`{option} " in first
    for form in FORMATS:
        assert f"`{form}`" in first
    for ending, form in ENDINGS.items():
        assert [f" `{form}` ", f" `{ending}` "] in [row[:2] for row in rows]
    for verdict, code in EXIT_CODES.items():
        assert any(row[0] == f" {code} " and f"`{verdict}`" in row[1] for row in rows), verdict
    for claim in Claims.__struct_fields__:
        assert f"`{claim}`" in first


def test_the_files_that_jobs_pass_on_are_those_that_the_gate_writes() -> None:
    github = workflow(GITHUB / "deploy.yml")["jobs"]
    written = {Path(word) for command in commands() for word in command if "." in word}
    for step in github["gate"]["steps"]:
        named = step.get("with", {}).get("path") or step.get("with", {}).get("sarif_file")
        assert named is None or Path(named) in written
    gitlab = workflow(GITLAB / ".gitlab-ci.yml")
    artifacts = gitlab["gate"]["artifacts"]
    assert {Path(path) for path in (*artifacts["paths"], *artifacts["reports"].values())} <= written
    assert artifacts["when"] == "always"
    assert github["deploy"]["needs"] == "gate"
    assert gitlab["deploy"]["needs"] == ["gate"]


def test_no_input_is_written_into_a_script_and_rights_are_few() -> None:
    github = workflow(GITHUB / "deploy.yml")
    assert not [line for line in scripts() if "${{" in line]
    assert github["permissions"] == {"contents": "read"}
    assert set(github[True]) == {"workflow_dispatch"}  # YAML reads `on` as true
    assert "permissions" not in github["jobs"]["deploy"]


def test_the_documentation_shows_the_files_of_the_examples() -> None:
    assert (GITHUB / "check_token.py").read_text(encoding="utf-8") in DOCUMENT
    assert (GITLAB / "check_token.sh").read_text(encoding="utf-8") in DOCUMENT


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", DOCUMENT):
        assert (ROOT / "docs" / target).exists(), target


def test_the_example_with_this_package_works(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(from datetime.*?)```", DOCUMENT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own documentation
    file = tmp_path / "model.bin"
    file.write_bytes(WEIGHTS)
    key = KEY.key.encoded
    assert names["may_go"](token_of(decision()), key, file)
    assert not names["may_go"](token_of(decision(mode="observing", failing=True)), key, file)
    assert not names["may_go"](token_of(decision(break_glass="act:1", failing=True)), key, file)
    file.write_bytes(b"other")
    with pytest.raises(TokenError):
        names["may_go"](token_of(decision()), key, file)


def decision(*, failing: bool = False, **values: Any) -> Decision:
    gate = PERFORMANCE if failing else REGISTERED
    return decided(gate, **({"artifact_sha256": sha256(WEIGHTS).hexdigest()} | values))


def token_of(one: Decision, later: timedelta = timedelta(), key: SecretKey = KEY) -> str:
    """Return a token of a decision that is decided `later` than now."""
    instant = int((datetime.now(UTC) + later).timestamp() * 1_000_000)
    asked = Circumstances(
        decided_at=instant, as_of=instant, known_at=instant, requested_by="oscar@example.org"
    )
    return issue_token(one, asked, key, until=None)


def ends_with(
    check: list[str], folder: Path, token: str, environment: str = "production", key: str = ""
) -> int:
    """Return how a check ends that a deployer runs, without this package."""
    (folder / "deploy.jwt").write_text(f"{token}\n", encoding="ascii")
    (folder / "model.bin").write_bytes(WEIGHTS)
    done = subprocess.run(  # noqa: S603
        [*check, "deploy.jwt", environment, "model.bin"],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "LINEAGE_DEPLOY_KEY": key or KEY.key.encoded,
        },
        capture_output=True,
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_deployer_without_this_package_lets_a_good_token_pass_and_no_other(
    check: list[str], tmp_path: Path
) -> None:
    good = token_of(decision())
    assert ends_with(check, tmp_path, good) == 0
    assert ends_with(check, tmp_path, good, environment="staging") != 0
    assert ends_with(check, tmp_path, good, key=OTHER.key.encoded) != 0
    assert ends_with(check, tmp_path, token_of(decision(artifact_sha256="c" * 64))) != 0
    assert ends_with(check, tmp_path, token_of(decision(), timedelta(hours=-25))) != 0
    assert ends_with(check, tmp_path, token_of(decision(), timedelta(hours=1))) != 0
    assert ends_with(check, tmp_path, token_of(decision(), key=OTHER)) != 0
    header, claims, signature = good.split(".")
    for place in (0, len(claims) // 2, len(claims) - 1):
        other = "A" if claims[place] != "A" else "B"
        altered = f"{claims[:place]}{other}{claims[place + 1 :]}"
        assert ends_with(check, tmp_path, f"{header}.{altered}.{signature}") != 0
    assert ends_with(check, tmp_path, f"{header}.{claims}.") != 0
    assert ends_with(check, tmp_path, "") != 0


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_token_of_the_same_key_for_another_purpose_does_not_pass(
    check: list[str], tmp_path: Path
) -> None:
    claims = jwt.decode(token_of(decision()), options={"verify_signature": False})
    secret = Ed25519PrivateKey.from_private_bytes(KEY.seed)
    assert ends_with(check, tmp_path, jwt.encode(claims, secret, algorithm="EdDSA")) != 0
    typed = jwt.encode(claims, secret, algorithm="EdDSA", headers={"typ": "lineage-deploy+jwt"})
    assert ends_with(check, tmp_path, typed) == 0
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"typ": "lineage-deploy+jwt"})
    assert ends_with(check, tmp_path, unsigned) != 0
