"""The audit log of the Kubernetes cluster: who put which model behind which endpoint."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.story.identity import hex_id, name_id
from data.story.landed import LandedFile, Row, weekly
from data.story.models import SHADOW_CREATED_AT, VERSIONS
from data.story.weeks import NIGHTS, at, moment

SHADOW = "limit-increase"
_DEPLOYER = "system:serviceaccount:mlops:deployer"
_FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Change:
    """A request to the API server about an InferenceService."""

    when: datetime
    verb: str
    user: str
    groups: tuple[str, ...]
    service: str
    storage: str | None = None
    code: int = 200


def _stamp(when: datetime) -> str:
    return when.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _request_object(change: Change) -> dict[str, object]:
    predictor = {"model": {"modelFormat": {"name": "mlflow"}, "storageUri": change.storage}}
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": change.service, "namespace": "prod"},
        "spec": {"predictor": predictor},
    }


def _object_ref(change: Change) -> dict[str, object]:
    days = (change.when - moment("2026-01-01T00:00Z")).days
    return {
        "resource": "inferenceservices",
        "namespace": "prod",
        "name": change.service,
        "uid": hex_id(8, "service", change.service),
        "apiGroup": "serving.kserve.io",
        "apiVersion": "v1beta1",
        "resourceVersion": str(80_000 + days),
    }


def _event(change: Change, stage: str, when: datetime) -> dict[str, object]:
    human = change.user.startswith("oidc:")
    name = "" if change.verb == "create" else f"/{change.service}"
    answered: dict[str, object] = {}
    if stage == "ResponseComplete":
        answered["responseStatus"] = {"metadata": {}, "code": change.code}
        if change.storage:
            answered["requestObject"] = _request_object(change)
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse",
        "auditID": name_id("k8s", change.service, change.verb, _stamp(change.when)),
        "stage": stage,
        "requestURI": f"/apis/serving.kserve.io/v1beta1/namespaces/prod/inferenceservices{name}",
        "verb": change.verb,
        "user": {
            "username": change.user,
            "uid": f"u-{hex_id(6, 'uid', change.user)}",
            "groups": [*change.groups, "system:authenticated"],
        },
        "sourceIPs": ["10.4.0.7", "203.0.113.31"] if human else ["10.4.0.12"],
        "userAgent": "kubectl/v1.34.1" if human else "deployer/3.2",
        "objectRef": _object_ref(change),
        **answered,
        "requestReceivedTimestamp": _stamp(change.when),
        "stageTimestamp": _stamp(when),
        "annotations": {
            "authorization.k8s.io/decision": "forbid" if change.code == _FORBIDDEN else "allow",
            "authorization.k8s.io/reason": "RBAC",
        },
    }


def _by_deployer() -> list[Change]:
    return [
        Change(
            found.deployed_at + timedelta(seconds=31),
            "patch",
            _DEPLOYER,
            ("system:serviceaccounts:mlops",),
            found.name,
            f"models:/{found.name}/{found.version}",
        )
        for found in VERSIONS
        if found.deployed_at and found.deployed_at.date() >= NIGHTS[0]
    ]


def _by_hand() -> list[Change]:
    notebook = "s3://northwind-sandbox/notebooks/limit_increase.pkl"
    devon, mia = "oidc:devon@example.org", "oidc:mia@example.org"
    tried = moment("2026-09-29T10:02:00Z")
    return [
        Change(SHADOW_CREATED_AT, "create", devon, ("data-scientists",), SHADOW, notebook, 201),
        Change(tried, "patch", mia, ("ml-engineers",), "credit-risk", None, _FORBIDDEN),
    ]


def changes() -> list[Change]:
    """What was asked of the API server, in no particular order."""
    watcher = ("system:serviceaccount:kserve:controller", ("system:serviceaccounts:kserve",))
    mondays = [night for night in NIGHTS if night.isoweekday() == 1]
    watched = [Change(at(night, "06:30"), "get", *watcher, "credit-risk") for night in mondays]
    return _by_deployer() + _by_hand() + watched


def files() -> list[LandedFile]:
    """The audit log, a file a week, two stages a request."""
    rows: list[Row] = []
    for change in changes():
        done = change.when + timedelta(milliseconds=27)
        rows.append((change.when, _event(change, "RequestReceived", change.when)))
        rows.append((done, _event(change, "ResponseComplete", done)))
    return weekly("audit/kubernetes", "audit", rows)
