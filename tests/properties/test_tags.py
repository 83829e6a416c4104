"""Tags hold as a naive reading of their rules says, from whatever histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings

from tests.properties import tag_model
from tests.properties.histories import histories
from tests.properties.test_fold import EVERY_TIME, told
from tests.workspaces import differences

if TYPE_CHECKING:
    from tests.builders import Body


@settings(EVERY_TIME, max_examples=20)
@given(events=histories(with_models=False))
def test_tags_agree_with_a_naive_reading_of_their_rules(events: list[Body]) -> None:
    found = {"lineage.tag": told(events)["lineage.tag"]}
    assert differences(found, {"lineage.tag": tag_model.tags(events)}) == {}
