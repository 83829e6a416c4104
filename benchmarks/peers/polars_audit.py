"""Polars by hand on audit logs: typed structs in, the canonical columns as expressions."""

from __future__ import annotations

from typing import Final

import polars as pl

_TEXT: Final = pl.String()


def _texts(*names: str) -> dict[str, pl.DataType]:
    return dict.fromkeys(names, _TEXT)


CLOUDTRAIL: Final = pl.Schema(
    {
        **_texts(
            "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
            "errorCode", "errorMessage", "requestID", "eventID", "recipientAccountId",
        ),
        "readOnly": pl.Boolean(),
        "userIdentity": pl.Struct(
            {
                **_texts("type", "arn", "invokedBy", "principalId"),
                "sessionContext": pl.Struct(
                    {
                        "sessionIssuer": pl.Struct(_texts("arn")),
                        "attributes": pl.Struct(_texts("mfaAuthenticated")),
                    }
                ),
            }
        ),
        "requestParameters": pl.Struct(
            _texts(
                "modelPackageArn", "modelPackageGroupName", "trainingJobName", "endpointName",
                "modelApprovalStatus", "roleArn", "bucketName", "key",
            )
        ),
        "responseElements": pl.Struct(_texts("modelPackageArn", "trainingJobArn", "endpointArn")),
        "resources": pl.List(pl.Struct(_texts("type", "ARN"))),
    }
)  # fmt: skip
KUBERNETES: Final = pl.Schema(
    {
        **_texts("auditID", "stage", "requestURI", "verb", "userAgent", "stageTimestamp"),
        "user": pl.Struct({"username": _TEXT, "groups": pl.List(_TEXT)}),
        "impersonatedUser": pl.Struct(_texts("username")),
        "sourceIPs": pl.List(_TEXT),
        "objectRef": pl.Struct(
            _texts("resource", "namespace", "name", "apiGroup", "resourceVersion")
        ),
        "responseStatus": pl.Struct({"code": pl.Int32()}),
        "annotations": pl.Struct(
            _texts("authorization.k8s.io/decision", "authorization.k8s.io/reason")
        ),
    }
)


def instant(column: str) -> pl.Expr:
    """Return the column's texts as instants in UTC; null where they are none."""
    return pl.col(column).str.to_datetime(time_unit="us", time_zone="UTC", strict=False)


def cloudtrail_rows(records: pl.LazyFrame) -> pl.LazyFrame:
    """Return the canonical columns of CloudTrail records."""
    who, asked = pl.col("userIdentity").struct, pl.col("requestParameters").struct
    answered = pl.col("responseElements").struct
    context = who.field("sessionContext").struct
    error, touched = pl.col("errorCode"), pl.col("resources").list.first().struct
    object_path = pl.concat_str(asked.field("bucketName"), pl.lit("/"), asked.field("key"))
    packages = [asked.field("modelPackageArn"), answered.field("modelPackageArn")]
    return records.select(
        pl.col("eventID").alias("source_event_id"),
        pl.lit("audit/cloudtrail").alias("source"),
        instant("eventTime").alias("occurred_at"),
        pl.col("recipientAccountId").alias("tenant"),
        pl.col("eventName").alias("action"),
        _category(asked.field("modelApprovalStatus")).alias("category"),
        _activity().alias("activity_id"),
        pl.when(error.is_null()).then(pl.lit("success"))
        .when(error.str.contains("AccessDenied", literal=True)).then(pl.lit("denied"))
        .otherwise(pl.lit("failure")).alias("outcome"),
        pl.coalesce(who.field("arn"), who.field("invokedBy"), who.field("principalId"))
        .alias("actor_id"),
        who.field("type").replace_strict(
            {"AWSService": "service", "IAMUser": "human"}, default="unknown"
        ).alias("actor_type"),
        context.field("sessionIssuer").struct.field("arn").alias("on_behalf_of"),
        pl.col("sourceIPAddress").alias("src_ip"),
        pl.col("userAgent").alias("user_agent"),
        who.field("principalId").alias("session_id"),
        pl.col("requestID").alias("correlation_id"),
        pl.coalesce(touched.field("type"), pl.col("eventSource").str.extract("^([a-z0-9-]+)[.]"))
        .alias("resource_type"),
        pl.coalesce(
            touched.field("ARN"), *packages, answered.field("trainingJobArn"),
            answered.field("endpointArn"), asked.field("roleArn"),
            pl.lit("arn:aws:s3:::") + object_path,
            pl.lit("arn:aws:s3:::") + asked.field("bucketName"),
        ).alias("resource_id"),
        pl.coalesce(
            packages[0].str.extract(":model-package/([^/]+)"),
            asked.field("modelPackageGroupName"), asked.field("trainingJobName"),
            asked.field("endpointName"), asked.field("key"), asked.field("bucketName"),
        ).alias("resource_name"),
        pl.coalesce(
            *(package.str.extract(":model-package/([^/]+)") for package in packages),
            asked.field("modelPackageGroupName"),
        ).alias("model_key"),
        pl.coalesce(*(package.str.extract("/([0-9]+)$") for package in packages))
        .alias("model_version"),
        (pl.lit("s3://") + object_path).alias("dataset_key"),
        pl.col("errorMessage").alias("reason"),
        pl.struct(
            event_source="eventSource", region="awsRegion", error_code="errorCode",
            read_only="readOnly", identity_type=who.field("type"),
            approval_status=asked.field("modelApprovalStatus"),
            mfa_authenticated=context.field("attributes").struct.field("mfaAuthenticated"),
        ).struct.json_encode().alias("attrs"),
        "source_file",
    )  # fmt: skip


def _category(approval: pl.Expr) -> pl.Expr:
    name = pl.col("eventName")
    return (
        pl.when(approval.is_not_null()).then(pl.lit("approve"))
        .when(name.str.contains("^(Get|List|Describe|Head|AssumeRole)")).then(pl.lit("access"))
        .when(name.str.contains("TrainingJob", literal=True)).then(pl.lit("train"))
        .when(name.str.contains("^(Create|Register|Update)Model")).then(pl.lit("register"))
        .when(name.str.contains("^(Create|Update)Endpoint")).then(pl.lit("deploy"))
        .when(name.str.starts_with("DeleteObject")).then(pl.lit("retention"))
        .when(name.str.starts_with("PutObject")).then(pl.lit("access"))
        .when(name.str.contains("^(Put|Update|Create|Delete)")).then(pl.lit("config"))
        .otherwise(pl.lit("other"))
    )  # fmt: skip


def _activity() -> pl.Expr:
    name = pl.col("eventName")
    return (
        pl.when(name.str.contains("^(Get|List|Describe|Head)")).then(2)
        .when(name.str.starts_with("Delete")).then(4)
        .when(name.str.contains("^(Create|Register|PutObject$)")).then(1)
        .when(name.str.contains("^(Put|Update)")).then(3)
        .otherwise(99).cast(pl.UInt8)
    )  # fmt: skip


def kubernetes_rows(records: pl.LazyFrame) -> pl.LazyFrame:
    """Return the canonical columns of Kubernetes audit events."""
    on, said = pl.col("objectRef").struct, pl.col("annotations").struct
    code = pl.col("responseStatus").struct.field("code")
    is_model = on.field("resource") == "inferenceservices"
    return records.select(
        pl.concat_str("auditID", "stage", separator="/").alias("source_event_id"),
        pl.lit("audit/kubernetes").alias("source"),
        instant("stageTimestamp").alias("occurred_at"),
        pl.col("verb").alias("action"),
        pl.when(pl.col("verb").is_in(["get", "list", "watch"])).then(pl.lit("access"))
        .when(pl.col("verb").str.starts_with("delete") & is_model).then(pl.lit("retire"))
        .when(on.field("resource").is_in(["inferenceservices", "deployments", "services"]))
        .then(pl.lit("deploy"))
        .when(on.field("resource").is_in(["trainjobs", "pytorchjobs", "rayjobs"]))
        .then(pl.lit("train"))
        .when(on.field("resource").is_in(["configmaps", "secrets", "roles"]))
        .then(pl.lit("config"))
        .otherwise(pl.lit("other")).alias("category"),
        pl.col("verb").replace_strict(
            {"create": 1, "get": 2, "list": 2, "watch": 2, "update": 3, "patch": 3, "delete": 4},
            default=99,
        ).cast(pl.UInt8).alias("activity_id"),
        pl.when(code.is_in([401, 403])).then(pl.lit("denied"))
        .when(code < 400).then(pl.lit("success"))
        .when(code >= 400).then(pl.lit("failure"))
        .otherwise(pl.lit("unknown")).alias("outcome"),
        code.alias("status_code"),
        pl.col("user").struct.field("username").alias("actor_id"),
        pl.col("impersonatedUser").struct.field("username").alias("on_behalf_of"),
        pl.col("sourceIPs").list.last().alias("src_ip"),
        pl.col("userAgent").alias("user_agent"),
        pl.col("auditID").alias("correlation_id"),
        on.field("resource").alias("resource_type"),
        pl.concat_str(on.field("namespace"), on.field("resource"), on.field("name"), separator="/")
        .alias("resource_id"),
        on.field("name").alias("resource_name"),
        on.field("resourceVersion").alias("resource_version"),
        on.field("namespace").alias("environment"),
        pl.when(is_model).then(on.field("name")).alias("model_key"),
        pl.struct(
            stage="stage", api_group=on.field("apiGroup"), namespace=on.field("namespace"),
            request_uri="requestURI", groups=pl.col("user").struct.field("groups"),
            decision=said.field("authorization.k8s.io/decision"),
            decision_reason=said.field("authorization.k8s.io/reason"),
        ).struct.json_encode().alias("attrs"),
        (~pl.col("stage").is_in(["ResponseComplete", "Panic"])).alias("is_interim"),
        "source_file",
    )  # fmt: skip
