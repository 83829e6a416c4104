"""PyArrow by hand on audit logs: the canonical columns as compute functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT: Final = pa.string()


def struct(*texts: str, **others: pa.DataType) -> pa.DataType:
    """Return a struct of text fields and others."""
    return pa.struct({**dict.fromkeys(texts, _TEXT), **others})


CLOUDTRAIL: Final = struct(
    "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
    "errorCode", "errorMessage", "requestID", "eventID", "recipientAccountId",
    userIdentity=struct(
        "type", "arn", "invokedBy", "principalId",
        sessionContext=struct(
            sessionIssuer=struct("arn"), attributes=struct("mfaAuthenticated")
        ),
    ),
    requestParameters=struct(
        "modelPackageArn", "modelPackageGroupName", "trainingJobName", "endpointName",
        "modelApprovalStatus", "roleArn", "bucketName", "key",
    ),
    responseElements=struct("modelPackageArn", "trainingJobArn", "endpointArn"),
    resources=pa.list_(struct("type", "ARN")),
    readOnly=pa.bool_(),
)  # fmt: skip
KUBERNETES: Final = struct(
    "auditID", "stage", "requestURI", "verb", "userAgent", "stageTimestamp",
    user=struct("username", groups=pa.list_(_TEXT)), impersonatedUser=struct("username"),
    sourceIPs=pa.list_(_TEXT),
    objectRef=struct("resource", "namespace", "name", "apiGroup", "resourceVersion"),
    responseStatus=struct(code=pa.int32()),
    annotations=struct("authorization.k8s.io/decision", "authorization.k8s.io/reason"),
)  # fmt: skip


def of(column: pa.ChunkedArray, *path: str) -> pa.ChunkedArray:
    """Return a field inside a struct column."""
    # As a string, a name with dots would be taken for a path.
    return pc.struct_field(column, [*path])


def instants(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts with an offset as instants."""
    return pc.cast(texts, pa.timestamp("us", tz="UTC"))


def _when(otherwise: str | int, *cases: tuple[pa.Array, str | int]) -> pa.Array:
    """Return the value of the first condition that holds."""
    conditions = [pc.fill_null(condition, fill_value=False) for condition, _ in cases]
    names = [f"case{number}" for number in range(len(cases))]
    return pc.case_when(
        pc.make_struct(*conditions, field_names=names), *(value for _, value in cases), otherwise
    )


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _extract(texts: pa.Array, pattern: str) -> pa.Array:
    return of(pc.extract_regex(texts, pattern), "found")


def _has(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts, pattern)


def _json(*parts: tuple[str, pa.Array]) -> pa.Array:
    """Return objects of text values; it does not escape, as nothing here needs it."""
    pieces: list[pa.Array | str] = []
    for number, (key, value) in enumerate(parts):
        pieces += [f'{"," if number else "{"}"{key}":"', pc.fill_null(value, ""), '"']
    return _joined(*pieces, "}")


def _first(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    is_filled = pc.greater(pc.fill_null(pc.list_value_length(lists), 0), 0)
    return pc.list_element(pc.if_else(is_filled, lists, pa.scalar([None], lists.type)), 0)


def cloudtrail_rows(records: pa.Table) -> dict[str, pa.Array]:
    """Return the canonical columns of CloudTrail records."""
    name, error, who = records["eventName"], records["errorCode"], records["userIdentity"]
    asked, answered = records["requestParameters"], records["responseElements"]
    touched, context = _first(records["resources"]), of(who, "sessionContext")
    bucket, key = of(asked, "bucketName"), of(asked, "key")
    packages = [of(asked, "modelPackageArn"), of(answered, "modelPackageArn")]
    models = [_extract(package, ":model-package/(?P<found>[^/]+)") for package in packages]
    versions = [_extract(package, "/(?P<found>[0-9]+)$") for package in packages]
    approval, group = of(asked, "modelApprovalStatus"), of(asked, "modelPackageGroupName")
    return {
        "source_event_id": records["eventID"],
        "source": pa.repeat("audit/cloudtrail", records.num_rows),
        "occurred_at": instants(records["eventTime"]),
        "tenant": records["recipientAccountId"],
        "action": name,
        "category": _category(name, approval),
        "activity_id": _activity(name),
        "outcome": _when(
            "failure", (pc.is_null(error), "success"), (_has(error, "AccessDenied"), "denied")
        ),
        "actor_id": pc.coalesce(of(who, "arn"), of(who, "invokedBy"), of(who, "principalId")),
        "actor_type": _when(
            "unknown",
            (pc.equal(of(who, "type"), "AWSService"), "service"),
            (pc.equal(of(who, "type"), "IAMUser"), "human"),
        ),
        "on_behalf_of": of(context, "sessionIssuer", "arn"),
        "src_ip": records["sourceIPAddress"],
        "user_agent": records["userAgent"],
        "session_id": of(who, "principalId"),
        "correlation_id": records["requestID"],
        "resource_type": pc.coalesce(
            of(touched, "type"), _extract(records["eventSource"], "^(?P<found>[a-z0-9-]+)[.]")
        ),
        "resource_id": pc.coalesce(
            of(touched, "ARN"), *packages, of(answered, "trainingJobArn"),
            of(answered, "endpointArn"), of(asked, "roleArn"),
            _joined("arn:aws:s3:::", bucket, "/", key), _joined("arn:aws:s3:::", bucket),
        ),
        "resource_name": pc.coalesce(
            models[0], group, of(asked, "trainingJobName"), of(asked, "endpointName"), key, bucket
        ),
        "model_key": pc.coalesce(*models, group),
        "model_version": pc.coalesce(*versions),
        "dataset_key": _joined("s3://", bucket, "/", key),
        "reason": records["errorMessage"],
        "attrs": _json(
            ("event_source", records["eventSource"]), ("region", records["awsRegion"]),
            ("error_code", error), ("read_only", pc.cast(records["readOnly"], _TEXT)),
            ("identity_type", of(who, "type")), ("approval_status", approval),
            ("mfa_authenticated", of(context, "attributes", "mfaAuthenticated")),
        ),
    }  # fmt: skip


def _category(name: pa.Array, approval: pa.Array) -> pa.Array:
    return _when(
        "other",
        (pc.is_valid(approval), "approve"),
        (_has(name, "^(Get|List|Describe|Head|AssumeRole)"), "access"),
        (pc.match_substring(name, "TrainingJob"), "train"),
        (_has(name, "^(Create|Register|Update)Model"), "register"),
        (_has(name, "^(Create|Update)Endpoint"), "deploy"),
        (pc.starts_with(name, "DeleteObject"), "retention"),
        (pc.starts_with(name, "PutObject"), "access"),
        (_has(name, "^(Put|Update|Create|Delete)"), "config"),
    )


def _activity(name: pa.Array) -> pa.Array:
    activity = _when(
        99,
        (_has(name, "^(Get|List|Describe|Head)"), 2),
        (pc.starts_with(name, "Delete"), 4),
        (_has(name, "^(Create|Register|PutObject$)"), 1),
        (_has(name, "^(Put|Update)"), 3),
    )
    return pc.cast(activity, pa.uint8())


def _among(values: pa.Array, *names: str) -> pa.Array:
    return pc.is_in(values, pa.array(names))


def kubernetes_rows(records: pa.Table) -> dict[str, pa.Array]:
    """Return the canonical columns of Kubernetes audit events."""
    on, code = records["objectRef"], of(records["responseStatus"], "code")
    verb, kind, said = records["verb"], of(records["objectRef"], "resource"), records["annotations"]
    is_model = pc.equal(kind, "inferenceservices")
    name = of(on, "name")
    return {
        "source_event_id": _joined(records["auditID"], "/", records["stage"]),
        "source": pa.repeat("audit/kubernetes", records.num_rows),
        "occurred_at": instants(records["stageTimestamp"]),
        "action": verb,
        "category": _when(
            "other",
            (_among(verb, "get", "list", "watch"), "access"),
            (pc.and_(pc.starts_with(verb, "delete"), is_model), "retire"),
            (_among(kind, "inferenceservices", "deployments", "services"), "deploy"),
            (_among(kind, "trainjobs", "pytorchjobs", "rayjobs"), "train"),
            (_among(kind, "configmaps", "secrets", "roles"), "config"),
        ),
        "activity_id": pc.cast(
            _when(
                99,
                (pc.equal(verb, "create"), 1),
                (_among(verb, "get", "list", "watch"), 2),
                (_among(verb, "update", "patch"), 3),
                (pc.starts_with(verb, "delete"), 4),
            ),
            pa.uint8(),
        ),
        "outcome": _when(
            "unknown",
            (pc.is_in(code, pa.array([401, 403], pa.int32())), "denied"),
            (pc.less(code, 400), "success"),
            (pc.greater_equal(code, 400), "failure"),
        ),
        "status_code": code,
        "actor_id": of(records["user"], "username"),
        "on_behalf_of": of(records["impersonatedUser"], "username"),
        "src_ip": _last(records["sourceIPs"]),
        "user_agent": records["userAgent"],
        "correlation_id": records["auditID"],
        "resource_type": kind,
        "resource_id": _joined(of(on, "namespace"), "/", kind, "/", name),
        "resource_name": name,
        "resource_version": of(on, "resourceVersion"),
        "environment": of(on, "namespace"),
        "model_key": pc.if_else(is_model, name, pa.scalar(None, _TEXT)),
        "attrs": _json(
            ("stage", records["stage"]), ("api_group", of(on, "apiGroup")),
            ("namespace", of(on, "namespace")), ("request_uri", records["requestURI"]),
            ("groups", pc.binary_join(of(records["user"], "groups"), ",")),
            ("decision", _annotation(said, 0)), ("decision_reason", _annotation(said, 1)),
        ),
        "is_interim": pc.invert(_among(records["stage"], "ResponseComplete", "Panic")),
    }  # fmt: skip


def _annotation(said: pa.ChunkedArray, place: int) -> pa.ChunkedArray:
    return pc.struct_field(said, [place])


def _last(lists: pa.ChunkedArray) -> pa.Array:
    """Return the last item of each list; no list is empty."""
    whole: Sequence[pa.ListArray] = [lists.combine_chunks()]
    ends = pc.subtract(whole[0].offsets[1:], 1)
    return whole[0].values.take(ends)
