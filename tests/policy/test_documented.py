"""The documentation of policies is a policy, and what is shipped beside it can be read."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from lineage_pipeline.policy.reading import policy_digest, read_policy
from lineage_pipeline.policy.rules import Policy
from tests.policy.folders import policy_of

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def test_the_examples_are_one_policy_that_shows_every_table(tmp_path: Path) -> None:
    found = policy_of(tmp_path, {f"{at:02}.toml": text for at, text in enumerate(EXAMPLES)})
    for field in msgspec.structs.fields(Policy):
        assert getattr(found, field.name) != getattr(Policy(), field.name), field.encode_name


def test_every_key_is_explained() -> None:
    shown = "\n".join(EXAMPLES)
    for table in msgspec.structs.fields(Policy):
        for kind in kinds_in(msgspec.inspect.type_info(table.type)):
            for field in kind.fields:
                assert re.search(rf"\b{field.encode_name}\b", shown), (table.name, field.name)


def kinds_in(kind: object) -> list[msgspec.inspect.StructType]:
    if isinstance(kind, msgspec.inspect.StructType):
        return [kind]
    inner = (getattr(kind, name, None) for name in ("item_type", "value_type"))
    return [found for each in inner if each is not None for found in kinds_in(each)]


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target


@pytest.mark.parametrize("folder", ["data/policy"])
def test_shipped_policies_can_be_read(folder: str) -> None:
    assert policy_digest(read_policy(ROOT / folder)) != policy_digest(Policy())
