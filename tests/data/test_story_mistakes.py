"""Every planted mistake is in the raw files, and the straight path beside it is straight."""

import hashlib
import json
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import yaml

from data.story.models import version
from data.story.reading import LANDING, Line, plain
from data.story.webhooks import signature

Mistakes = dict[str, dict[str, Any]]
_V3 = "modelVersion:mlflow://mlflow.example.org:credit-risk:3"
_STAGES = ["technical", "business", "compliance", "deployment"]

_EXPECTED = (
    "unregistered-model",
    "expired-approval",
    "self-approval",
    "unmasked-column",
    "past-retention",
    "legal-hold",
    "withdrawn-consent",
    "card-contradiction",
    "late-events",
    "duplicated-event",
    "out-of-order",
    "malformed-lines",
    "torn-line",
    "password-in-uri",
    "alias-moved",
    "development-read",
    "open-incident",
    "nameless-logs",
)


def _content(mistake: dict[str, Any]) -> bytes:
    return plain(LANDING / mistake["delivery"] / mistake["file"])


def _everything() -> list[tuple[str, bytes]]:
    files = sorted(p for p in LANDING.rglob("*") if p.is_file())
    return [(str(p.relative_to(LANDING)), plain(p)) for p in files]


def _json(pattern: str) -> list[tuple[str, Any]]:
    return [
        (str(path.relative_to(LANDING)), json.loads(plain(path)))
        for path in sorted(LANDING.glob(pattern))
    ]


def _rows(pattern: str) -> list[dict[str, Any]]:
    paths = sorted(LANDING.glob(pattern))
    return [json.loads(line) for path in paths for line in plain(path).splitlines()]


def test_the_mistakes_are_the_named_ones(mistakes: Mistakes) -> None:
    """No more and no fewer than the documentation lists."""
    assert tuple(mistakes) == _EXPECTED


@pytest.mark.parametrize("name", _EXPECTED)
def test_the_mistake_is_in_its_file(name: str, mistakes: Mistakes) -> None:
    """The named file holds the named text."""
    assert mistakes[name]["needle"].encode() in _content(mistakes[name])


def test_the_password_is_planted_once(mistakes: Mistakes) -> None:
    """One file, one line: anything more would hide a leak of the redaction."""
    found = {name: content.count(b"hunter2") for name, content in _everything()}
    mistake = mistakes["password-in-uri"]
    assert {name: n for name, n in found.items() if n} == {
        f"{mistake['delivery']}/{mistake['file']}": 1
    }


def test_the_shadow_model_is_in_no_registry() -> None:
    """It serves from 23 September and is in no registration, card, approval or poll."""
    silent = ("/registry/", "/governance/", "/compliance/", "/audit/mlflow/", "/audit/cloudevents/")
    names = [name for name, content in _everything() if b"limit-increase" in content]
    assert names
    assert [name for name in names if any(part in f"/{name}" for part in silent)] == []


def test_only_one_approval_had_expired_at_deployment(
    acts: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    """Every deployed version has its approvals, and only collections-priority 2 too old ones."""
    stages = {"credit-risk": 4, "collections-priority": 2, "newsletter-ranking": 1}
    expired = []
    for event in events:
        if event.get("eventType") != "COMPLETE" or event["job"]["namespace"] != "mlops":
            continue
        model = event["job"]["name"].removeprefix("deploy.")
        number = event["inputs"][0]["facets"]["version"]["datasetVersion"]
        node = f"modelVersion:mlflow://mlflow.example.org:{model}:{number}"
        deployed = event["eventTime"]
        given = [
            act
            for act in acts
            if act["type"] == "lineage.governance.approved.v1"
            and act["subject"] == node
            and act["time"] < deployed
        ]
        assert len(given) == stages[model], node
        if any(act["data"]["expires_on"] < deployed[:10] for act in given):
            expired.append(node)
    assert expired == ["modelVersion:mlflow://mlflow.example.org:collections-priority:2"]


def test_only_one_approver_trained_the_version(acts: list[dict[str, Any]]) -> None:
    """Over all approvals the trainer in the MLflow run approves once."""
    runs = [
        run
        for _, payload in _json("2026-10-12/registry/mlflow/*/runs_search.json")
        for run in payload["runs"]
    ]
    trainer = {
        run["info"]["run_name"].removeprefix("train-"): run["info"]["user_id"] for run in runs
    }
    guilty = []
    for act in acts:
        if act["type"] != "lineage.governance.approved.v1":
            continue
        name, number = act["subject"].split(":")[-2:]
        if act["data"]["actor"].partition("@")[0] == trainer.get(f"{name}-{number}"):
            guilty.append((f"{name}@{number}", act["data"]["actor"]))
    assert guilty == [("credit-risk@4", "mia@example.org")]
    role = "arn:aws:sts::111122223333:assumed-role/ml-engineer/mia"
    records = [r for _, trail in _json("*/audit/cloudtrail/*.json.gz") for r in trail["Records"]]
    wrote = [
        r["requestParameters"]["key"]
        for r in records
        if r["userIdentity"]["arn"] == role and r["eventName"] == "PutObject"
    ]
    assert wrote == ["models/credit-risk/4/model.pkl"]


def _direct(events: list[dict[str, Any]]) -> dict[tuple[str, str], set[tuple[str, str, bool]]]:
    edges: dict[tuple[str, str], set[tuple[str, str, bool]]] = {}
    for event in events:
        for output in event.get("outputs", []):
            lineage = output.get("facets", {}).get("columnLineage", {})
            for column, field in lineage.get("fields", {}).items():
                for source in field["inputFields"]:
                    for step in source["transformations"]:
                        if step["type"] == "DIRECT":
                            origin = (source["name"], source["field"])
                            target = (output["name"], column, step["masking"])
                            edges.setdefault(origin, set()).add(target)
    return edges


def _reach(
    edges: dict[tuple[str, str], set[tuple[str, str, bool]]], start: tuple[str, str]
) -> set[tuple[str, str]]:
    reached, open_ends = {start}, [start]
    while open_ends:
        for name, column, masked in edges.get(open_ends.pop(), ()):
            if not masked and (name, column) not in reached:
                reached.add((name, column))
                open_ends.append((name, column))
    return reached


def test_one_direct_identifier_reaches_training_unmasked(events: list[dict[str, Any]]) -> None:
    """Of all columns tagged as direct identifiers, only the e-mail address arrives in the open."""
    tagged = {
        (event["dataset"]["name"], tag["field"])
        for event in events
        if "dataset" in event
        for tag in event["dataset"]["facets"].get("tags", {}).get("tags", [])
        if tag["key"] == "pii" and tag["value"] == "direct-identifier"
    }
    assert len(tagged) >= 7
    edges = _direct(events)
    arrived = {
        (source, reached)
        for source in tagged
        for reached in _reach(edges, source)
        if reached[0].startswith("training/")
    }
    column = ("core.public.customers", "email")
    assert arrived == {(column, (f"training/credit_2026w{week}", "email")) for week in (39, 40, 41)}
    masked = {target for target in edges["core.public.customers", "phone"] if not target[2]}
    assert masked == set()


def test_one_withdrawal_is_not_heeded(acts: list[dict[str, Any]]) -> None:
    """Three subjects withdrew; only one of them is in a set that was built afterwards."""
    withdrawn = {
        act["data"]["subject_ref"]: act["time"]
        for act in acts
        if act["type"] == "lineage.retention.consent_withdrawn.v1"
    }
    assert len(withdrawn) == 3
    later = {
        (row["subject_ref"], row["dataset"].rpartition("_")[2])
        for row in _rows("*/audit/generic/training-ledger-*")
        if row["ts"] > withdrawn.get(row["subject_ref"], "9")
    }
    subject = "subj-897bad7a72dd95eb"
    assert later == {(subject, f"2026w{week}") for week in (38, 39, 40, 41)}


def test_one_card_contradicts_the_registry() -> None:
    """The AUC on every card of a polled version is the one of its run, but for credit-risk 4."""
    measured = {}
    for _, payload in _json("2026-10-12/registry/mlflow/*/runs_search.json"):
        for run in payload["runs"]:
            metrics = {m["key"]: m["value"] for m in run["data"]["metrics"]}
            measured[run["info"]["run_id"]] = metrics["auc"]
    wrong = []
    for path in sorted(LANDING.glob("*/registry/files/cards/*.yaml")):
        card = yaml.safe_load(path.read_text())
        first = card["evaluation"][0]
        if first["run_id"] in measured and first["value"] != measured[first["run_id"]]:
            wrong.append((path.stem, first["value"], measured[first["run_id"]]))
    assert wrong == [("credit-risk-4", 0.81, 0.74)]


def test_a_line_occurs_twice_only_where_it_was_planted(openlineage_lines: list[Line]) -> None:
    """Beside the file that grew, one event arrives twice, in two files of one delivery."""
    grown = "openlineage/spark/2026-10-04.ndjson"
    counted = Counter(line.raw for line in openlineage_lines if line.path != grown)
    twice = [raw for raw, count in counted.items() if count > 1]
    assert len(twice) == 1
    places = [line.path for line in openlineage_lines if line.raw == twice[0]]
    assert places == [
        "openlineage/airflow/2026-09-17.ndjson.gz",
        "openlineage/replay/2026-09-17.ndjson.gz",
    ]


def test_one_run_ends_in_the_file_before_it_starts(openlineage_lines: list[Line]) -> None:
    """In every other file the lines stand in order of time."""
    files: dict[str, list[str]] = {}
    for line in openlineage_lines:
        if line.event and "eventTime" in line.event and "/proxy/" not in line.path:
            moment = line.event["eventTime"].replace("+00:00", "").rstrip("Z")
            files.setdefault(f"{line.delivery}/{line.path}", []).append(moment)
    shuffled = [
        name
        for name, times in files.items()
        if any(later[:19] < earlier[:19] for earlier, later in pairwise(times))
    ]
    assert shuffled == ["2026-09-28/openlineage/airflow/2026-09-24.ndjson.gz"]


def test_one_file_arrives_long_after_its_events(openlineage_lines: list[Line]) -> None:
    """Apart from the backfill, only the late file tells of more than the last week."""
    late = {
        line.path
        for line in openlineage_lines
        if line.event and "eventTime" in line.event and line.delivery > "2026-08-31"
        if line.event["eventTime"][:10] < _week_before(line.delivery)
        and line.path not in {"openlineage/proxy/2026-09-15.ndjson.gz", _grown()}
    }
    assert late == {"openlineage/late/2026-09-25.ndjson.gz"}


def _week_before(delivery: str) -> str:
    weeks = sorted(path.name for path in LANDING.iterdir())
    return weeks[weeks.index(delivery) - 1]


def _grown() -> str:
    return "openlineage/spark/2026-10-04.ndjson"


def test_a_torn_line_is_completed_once_and_stays_once() -> None:
    """The file of 4 October is whole a week later; the one of 11 October is not."""
    grown = _grown()
    torn = (LANDING / "2026-10-05" / grown).read_bytes()
    whole = (LANDING / "2026-10-12" / grown).read_bytes()
    last = (LANDING / "2026-10-12/openlineage/spark/2026-10-11.ndjson").read_bytes()
    assert not torn.endswith(b"\n")
    assert whole.startswith(torn)
    assert whole.endswith(b"}\n")
    assert not last.endswith(b"\n")


def test_one_alias_moves_without_a_hook() -> None:
    """Every change of an alias between polls has a webhook, but for the last."""
    told = {
        (d["body"]["data"]["name"], d["body"]["data"]["alias"], d["body"]["data"]["version"])
        for _, deliveries in _json("*/audit/mlflow/webhooks-*")
        for d in deliveries
        if d["body"]["entity"] == "model_version_alias"
    }
    before: set[tuple[str, str, str]] = set()
    silent = []
    for number, (_, payload) in enumerate(_json("*/registry/mlflow/*/registered_models_search*")):
        now = {
            (m["name"], a["alias"], a["version"])
            for m in payload["registered_models"]
            for a in m["aliases"]
        }
        silent += [change for change in now - before if number and change not in told]
        before = now
    assert silent == [("collections-priority", "champion", "1")]


def test_webhooks_are_signed() -> None:
    """The signature of every delivery holds over its id, its time and its body."""
    for name, deliveries in _json("*/audit/mlflow/webhooks-*"):
        for delivery in deliveries:
            headers, raw = delivery["headers"], json.dumps(delivery["body"])
            expected = signature(
                headers["X-MLflow-Delivery-Id"], headers["X-MLflow-Timestamp"], raw
            )
            assert headers["X-MLflow-Signature"] == expected, name


def test_one_development_role_reads_production() -> None:
    """The other attempt was refused."""
    read = [
        (r["eventTime"], r.get("errorCode"))
        for _, trail in _json("*/audit/cloudtrail/*.json.gz")
        for r in trail["Records"]
        if "/dev-sandbox/" in r["userIdentity"]["arn"]
    ]
    assert read == [("2026-09-14T11:22:00Z", "AccessDenied"), ("2026-09-21T16:05:12Z", None)]


def test_one_incident_is_open() -> None:
    """Of two alerts one was resolved."""
    last = {}
    for row in _rows("*/monitoring/alertmanager/*"):
        for alert in row["alerts"]:
            last[alert["fingerprint"]] = (alert["labels"]["alertname"], alert["status"])
    assert sorted(last.values()) == [
        ("EndpointErrorsHigh", "firing"),
        ("ModelDriftHigh", "resolved"),
    ]


def test_one_set_is_too_old_and_one_is_held(
    acts: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    """Of the sets last touched before 2023-08-31, one is under a hold that stands."""
    last: dict[str, str] = {}
    for event in events:
        for dataset in [*event.get("inputs", []), *event.get("outputs", [])]:
            if dataset["name"].startswith("training/"):
                key = f"dataset:{dataset['namespace']}:{dataset['name']}"
                last[key] = max(last.get(key, ""), event["eventTime"])
    old = {key for key, used in last.items() if used < "2023-08-31"}
    held: set[str] = set()
    for act in acts:
        if act["type"] == "lineage.retention.hold_placed.v1":
            held.add(act["subject"])
        if act["type"] == "lineage.retention.hold_released.v1":
            held.discard(act["subject"])
    assert held == {"dataset:s3://northwind-ml:training/credit_2022w40"}
    assert old - held == {"dataset:s3://northwind-ml:training/credit_2022w14"}


def test_credit_risk_3_went_the_whole_way(acts: list[dict[str, Any]]) -> None:
    """Four stages, four people, none of whom submitted, in order and on one submission."""
    on_it = [act for act in acts if act["subject"] == _V3]
    approved = [act for act in on_it if act["type"].endswith("approved.v1")]
    assert [act["data"]["stage"] for act in approved] == _STAGES
    assert len({act["data"]["actor"] for act in approved} | {on_it[0]["data"]["actor"]}) == 5
    assert len({act["data"]["submission"] for act in on_it}) == 1
    met = [act["time"] for act in on_it if act["type"].endswith("condition_met.v1")]
    due = approved[2]["data"]["conditions"][0]["due_on"]
    assert met
    assert met[0][:10] <= due
    deployer = [
        row["type"]
        for row in _rows("2026-09-1*/audit/cloudevents/*")
        if row["subject"] == "models/credit-risk/3"
    ]
    assert deployer == [
        "org.example.model.rollback_tested",
        "org.example.model.monitoring_configured",
        "org.example.model.deployed",
    ]


def test_a_submission_names_the_bytes_of_its_card(acts: list[dict[str, Any]]) -> None:
    """The digest in the submission is the digest of the card that landed."""
    path = next(LANDING.glob("*/registry/files/cards/credit-risk-3.yaml"))
    submitted = next(a for a in acts if a["subject"] == _V3 and a["type"].endswith("submitted.v1"))
    assert submitted["data"]["card"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert submitted["data"]["artifact"] == f"sha256:{version('credit-risk', '3').artifact}"


def test_an_unknown_version_is_refused() -> None:
    """The message names the file, the model and the version."""
    with pytest.raises(KeyError, match=r"models\.py.*'9'.*'credit-risk'"):
        version("credit-risk", "9")
