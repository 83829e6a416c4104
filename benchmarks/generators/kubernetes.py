"""Kubernetes audit lines: what was asked, and the answer, as `audit.k8s.io/v1` events."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.generators.identity import instant, uuid4
from benchmarks.generators.template import hole, number, template

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTORS: Final = 600
NAMES: Final = 5_000
_OPEN_REQUESTS: Final = 8
_KINDS: Final = (
    ("patch", "serving.kserve.io", "v1beta1", "inferenceservices"),
    ("get", "serving.kserve.io", "v1beta1", "inferenceservices"),
    ("create", "batch", "v1", "jobs"),
    ("get", "", "v1", "secrets"),
    ("update", "apps", "v1", "deployments"),
    ("delete", "", "v1", "pods"),
)


class _Request(NamedTuple):
    received: bytes
    answered: bytes


def events(seed: int, stream: int) -> Iterator[bytes]:
    """Yield events without end, one a line: each request twice, its answer a little later."""
    shapes = [_request(*kind) for kind in _KINDS]
    random = Random(f"kubernetes {seed} {stream}")
    at_ms = 40 * 86_400_000 * stream
    pending: list[tuple[bytes, dict[bytes, bytes]]] = []
    while True:
        at_ms += random.randrange(1, 90)
        draw = random.getrandbits(64)
        shape = shapes[(draw & 0xFF) % len(shapes)]
        at = instant(at_ms)[:-1] + b"%03dZ" % (draw >> 8 & 0x1FF)
        is_refused = draw >> 18 & 0x1F == 0
        fills = {
            b"audit": uuid4(random),
            b"received": at,
            b"at": at,
            b"user": b"oidc:user-%04d@example.org"
            % int((draw >> 24 & 0xFFFF) ** 2 / 2**32 * ACTORS),
            b"uid": b"u-%d" % (draw >> 24 & 0xFFFF),
            b"ip": b"203.0.113.%d" % (draw >> 40 & 0xFF),
            b"name": b"credit-risk-%04d" % ((draw >> 44) % NAMES),
            b"revision": b"%d" % (draw >> 20 & 0xFFFFFF),
            b"code": b"403" if is_refused else b"200",
            b"decision": b"forbid" if is_refused else b"allow",
        }
        yield shape.received % fills
        pending.append((shape.answered, fills))
        if len(pending) == _OPEN_REQUESTS:
            answered, filled = pending.pop(random.randrange(_OPEN_REQUESTS))
            filled[b"at"] = instant(at_ms)[:-1] + b"999Z"
            yield answered % filled


def _request(verb: str, group: str, version: str, resource: str) -> _Request:
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    reference = {
        "resource": resource,
        "namespace": "prod",
        "name": hole("name"),
        "uid": hole("audit"),
        "apiGroup": group,
        "apiVersion": version,
        "resourceVersion": hole("revision"),
    }
    head = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "Metadata",
        "auditID": hole("audit"),
        "requestURI": f"{root}/namespaces/prod/{resource}/{hole('name')}",
        "verb": verb,
        "user": {
            "username": hole("user"),
            "uid": hole("uid"),
            "groups": ["ml-engineers", "system:authenticated"],
        },
        "sourceIPs": ["10.4.0.7", hole("ip")],
        "userAgent": "kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9",
        "objectRef": reference,
        "requestReceivedTimestamp": hole("received"),
        "stageTimestamp": hole("at"),
    }
    decision = {
        "authorization.k8s.io/decision": hole("decision"),
        "authorization.k8s.io/reason": "RBAC: allowed by ClusterRoleBinding ml-engineers",
    }
    answer = {"responseStatus": {"metadata": {}, "code": number("code")}, "annotations": decision}
    return _Request(
        template(head | {"stage": "RequestReceived"}),
        template(head | {"stage": "ResponseComplete"} | answer),
    )
