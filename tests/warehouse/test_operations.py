"""What models do once they are registered, in the story: what serves when, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.pipeline import check_warehouse
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from tests.conftest import Demo

ENDPOINTS: Final = "deployment:endpoint://prod-eu:"
VERSIONS: Final = "modelVersion:mlflow://mlflow.example.org:"
EVERYONE: Final = ["cloudevents", "kubernetes", "openlineage"]


def asked(demo: Demo, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(demo.workspace.paths) as warehouse:
        return warehouse.connection.execute(query).fetchall()


def test_what_serves_when(demo: Demo) -> None:
    found = asked(
        demo,
        "select name, version, valid_from_at::date::text, valid_to_at::date::text "
        "from registry.serving inner join (select distinct deployment_node_id, name "
        "from registry.deployment) using (deployment_node_id) "
        "where known_to_at is null order by all",
    )
    assert found == [
        ("collections-priority", "1", "2026-02-20", "2026-09-16"),
        ("collections-priority", "2", "2026-09-16", None),
        ("credit-risk", "1", "2026-03-18", "2026-06-18"),
        ("credit-risk", "2", "2026-06-18", "2026-09-10"),
        ("credit-risk", "3", "2026-09-10", None),
        ("limit-increase", None, "2026-09-23", None),
        ("newsletter-ranking", "1", "2026-08-05", "2026-09-24"),
        ("newsletter-ranking", "3", "2026-09-24", None),
    ]


def test_sources_agree_on_what_was_deployed_while_they_all_watched(demo: Demo) -> None:
    found = asked(
        demo,
        "select version_node_id, sources, is_disputed from registry.serving "
        "where known_to_at is null and valid_to_at is null order by all",
    )
    assert found == [
        (f"{VERSIONS}collections-priority:2", EVERYONE, False),
        (f"{VERSIONS}credit-risk:3", EVERYONE, False),
        (f"{VERSIONS}newsletter-ranking:3", EVERYONE, False),
        (None, ["kubernetes"], False),
    ]


def test_two_alerts_of_which_one_is_open(demo: Demo) -> None:
    found = asked(
        demo,
        "select name, severity, status, version_node_id from registry.incident "
        "where known_to_at is null order by all",
    )
    assert found == [
        ("EndpointErrorsHigh", "critical", "open", f"{VERSIONS}collections-priority:2"),
        ("ModelDriftHigh", "page", "closed", f"{VERSIONS}credit-risk:3"),
    ]


def test_exactly_one_shadow_model(demo: Demo) -> None:
    found = asked(
        demo,
        "select deployment_node_id, model, version, reason, sources, first_seen_at::text "
        "from registry.shadow_model where known_to_at is null",
    )
    assert found == [
        (
            f"{ENDPOINTS}limit-increase",
            "limit-increase",
            "dev",
            "not registered",
            ["kubernetes", "openlineage", "predictions"],
            "2026-09-23 15:42:00.027+00",
        )
    ]


def test_a_development_role_read_production_features_once(demo: Demo) -> None:
    found = asked(
        demo,
        "select actor_id, dataset_node_id, read_at::text from registry.development_read "
        "where known_to_at is null",
    )
    role = "arn:aws:sts::111122223333:assumed-role/dev-sandbox/devon"
    features = "dataset:hive://metastore.example.org:9083:features.feature_affordability"
    assert found == [(role, features, "2026-09-21 16:05:12+00")]


def test_nothing_that_is_retired_is_still_used(demo: Demo) -> None:
    assert asked(demo, "from registry.retired_in_use") == []


def test_stages_follow_what_serves_not_what_a_registry_calls_it(demo: Demo) -> None:
    found = asked(
        demo,
        "select stage, since::date::text from registry.lifecycle "
        f"where known_to_at is null and version_node_id = '{VERSIONS}credit-risk:2' order by since",
    )
    assert found == [
        ("development", "2026-05-31"),
        ("production", "2026-06-18"),
        ("monitoring", "2026-08-30"),
        ("retired", "2026-09-10"),
    ]


def test_each_version_has_its_card_by_the_digest_that_was_submitted(demo: Demo) -> None:
    found = asked(
        demo,
        "select count(*), count(version_node_id), count(card_sha256), count(artifact_sha256) "
        "from registry.card where known_to_at is null",
    )
    assert found == [(10, 10, 10, 10)]
    submitted = asked(
        demo,
        "select distinct replace(body ->> '$.data.card', 'sha256:', '') from silver.document "
        "where kind = 'lineage.governance.submitted.v1' and body ->> '$.data.card' is not null",
    )
    cards = asked(demo, "select card_sha256 from registry.card where known_to_at is null")
    assert submitted
    assert {digest for (digest,) in submitted} <= {digest for (digest,) in cards}


def test_decisions_are_of_registered_versions_but_for_the_shadow_model(demo: Demo) -> None:
    found = asked(
        demo,
        "select model, version_node_id is not null, count(*) from registry.prediction "
        "where known_to_at is null group by all order by all",
    )
    assert found == [
        ("collections-priority", True, 43),
        ("credit-risk", True, 172),
        ("limit-increase", False, 36),
    ]


def test_a_rebuild_gives_the_same(demo: Demo) -> None:
    assert check_warehouse(demo.workspace) == []
