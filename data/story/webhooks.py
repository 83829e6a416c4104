"""What MLflow sent and logged: webhook deliveries, without actors, and its access log."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta

from data.story.identity import draw, name_id
from data.story.landed import LandedFile, Row, by_week, document, week_end
from data.story.models import VERSIONS, ModelVersion
from data.story.registry import CHALLENGER_AT, IN_MLFLOW, registered_at, tags_of
from data.story.weeks import DELIVERIES, NIGHTS, at

# Published on purpose: the signatures of the story can be checked by anyone.
WEBHOOK_SECRET = "northwind-demo-webhook-secret"  # noqa: S105

Body = dict[str, object]


def signature(delivery: str, stamp: str, body: str) -> str:
    """The signature header of a delivery, over its id, its time and its raw body."""
    message = f"{delivery}.{stamp}.{body}".encode()
    mac = hmac.new(WEBHOOK_SECRET.encode(), message, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}"


def _delivery(when: datetime, body: Body) -> Body:
    raw = json.dumps(body)
    delivery = name_id("webhook", raw)
    stamp = str(int(when.timestamp()))
    return {
        "path": "/hooks/mlflow",
        "headers": {
            "Host": "governance.example.org",
            "User-Agent": "python-requests/2.34.2",
            "Accept-Encoding": "gzip, deflate",
            "Accept": "*/*",
            "Connection": "keep-alive",
            "Content-Type": "application/json",
            "X-MLflow-Delivery-Id": delivery,
            "X-MLflow-Timestamp": stamp,
            "X-MLflow-Signature": signature(delivery, stamp, raw),
            "Content-Length": str(len(raw)),
        },
        "body": body,
    }


def _body(entity: str, action: str, when: datetime, data: Body) -> Body:
    stamp = when.isoformat(timespec="microseconds")
    return {"entity": entity, "action": action, "timestamp": stamp, "data": data}


def _told(found: ModelVersion) -> list[tuple[datetime, Body]]:
    """The hooks of one version: created, tagged, and named champion when it goes live."""
    named: Body = {"name": found.name, "version": found.version}
    created = registered_at(found)
    source = f"models:/{found.logged_model}"
    made = {**named, "source": source, "run_id": None, "tags": {}, "description": None}
    told = [(created, _body("model_version", "created", created, made))]
    for number, (key, value) in enumerate(tags_of(found).items(), start=1):
        when = created + timedelta(seconds=number)
        told.append(
            (when, _body("model_version_tag", "set", when, {**named, "key": key, "value": value}))
        )
    if found.deployed_at:
        when = found.deployed_at + timedelta(minutes=3)
        alias: Body = {"name": found.name, "alias": "champion", "version": found.version}
        told.append((when, _body("model_version_alias", "created", when, alias)))
    if (found.name, found.version) == ("credit-risk", "4"):
        named = {"name": found.name, "alias": "challenger", "version": found.version}
        told.append((CHALLENGER_AT, _body("model_version_alias", "created", CHALLENGER_AT, named)))
    return told


_CALLS = {
    "model_version": "POST /api/2.0/mlflow/model-versions/create",
    "model_version_tag": "POST /api/2.0/mlflow/model-versions/set-tag",
    "model_version_alias": "POST /api/2.0/mlflow/registered-models/alias",
}


def _access_line(when: datetime, call: str) -> str:
    port = draw("port", call, when).randrange(40_000, 60_000)
    return f'{when:%Y/%m/%d %H:%M:%S} INFO:     10.4.0.33:{port} - "{call} HTTP/1.1" 200 OK'


def _polled() -> list[tuple[datetime, str]]:
    paths = ("registered-models", "model-versions", "runs", "logged-models", "experiments")
    posts = {"runs", "logged-models"}
    return [
        (
            at(monday, "05:00") + timedelta(seconds=n),
            f"{'POST' if p in posts else 'GET'} /api/2.0/mlflow/{p}/search",
        )
        for monday in DELIVERIES
        for n, p in enumerate(paths)
    ]


def files() -> list[LandedFile]:
    """The deliveries of each week in one array, and the access log of each week."""
    told = [
        pair
        for found in VERSIONS
        if found.name in IN_MLFLOW
        for pair in _told(found)
        if pair[0].date() >= NIGHTS[0]
    ]
    hooks: list[Row] = [(when, _delivery(when, body)) for when, body in told]
    calls = [(when, _CALLS[str(body["entity"])]) for when, body in told] + _polled()
    access: list[Row] = [
        (when, _access_line(when, call)) for when, call in calls if when.date() <= NIGHTS[-1]
    ]
    landed = [
        LandedFile(delivery, f"audit/mlflow/webhooks-{week_end(delivery)}.json", document(found))
        for delivery, found in by_week(hooks).items()
    ]
    for delivery, found in by_week(access).items():
        content = "".join(f"{line}\n" for line in found).encode()
        landed.append(
            LandedFile(delivery, f"audit/mlflow/access-{week_end(delivery)}.log", content)
        )
    return landed
