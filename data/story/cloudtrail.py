"""CloudTrail: who and what touched objects, models and endpoints in the cloud account."""

import gzip
import json
from dataclasses import dataclass
from datetime import date, timedelta

from data.story.company import ACCOUNT
from data.story.identity import draw, hex_id, name_id
from data.story.landed import LandedFile, Row
from data.story.models import VERSIONS
from data.story.weeks import NIGHTS, SUNDAYS, at, delivery_of, iso, moment, week_label

Record = dict[str, object]

_REGION = "eu-west-1"
PEEK_AT = moment("2026-09-21T16:05:12Z")
PEEK_ROLE, PEEK_SESSION = "dev-sandbox", "devon"
PEEK_OBJECT = ("northwind-lake", "features/affordability/part-0001.parquet")
_SERVICES = {"scoring-service", "training-service", "feature-service", "deployer"}


@dataclass(frozen=True, slots=True)
class Call:
    """An API call: when, by which role session, which verb on which object."""

    when: str
    role: str
    session: str
    verb: str
    bucket: str
    key: str
    error: str | None = None


def _identity(role: str, session: str, when: str) -> Record:
    principal = f"AROA{hex_id(16, 'role', role).upper()}"
    human = role not in _SERVICES
    return {
        "type": "AssumedRole",
        "principalId": f"{principal}:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": f"ASIA{hex_id(16, 'key', role, session).upper()}",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": principal,
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                "accountId": ACCOUNT,
                "userName": role,
            },
            "attributes": {
                "creationDate": iso(moment(when) - timedelta(minutes=25)),
                "mfaAuthenticated": "true" if human else "false",
            },
        },
    }


def _base(call: Call, source: str) -> Record:
    chance = draw("ip", call.role, call.session)
    human = call.role not in _SERVICES
    error = {"errorCode": call.error, "errorMessage": "Access Denied"} if call.error else {}
    return {
        "eventVersion": "1.11",
        "userIdentity": _identity(call.role, call.session, call.when),
        "eventTime": iso(moment(call.when)),
        "eventSource": source,
        "eventName": call.verb,
        "awsRegion": _REGION,
        "sourceIPAddress": f"203.0.113.{chance.randrange(10, 99)}" if human else "10.4.0.21",
        "userAgent": "aws-cli/2.30" if human else "Boto3/1.40",
        **error,
    }


def _closing(call: Call, *, reading: bool, data: bool) -> Record:
    facts = (call.when, call.role, call.session, call.verb, call.key)
    return {
        "requestID": hex_id(16, "request", *facts).upper(),
        "eventID": name_id("cloudtrail", *facts),
        "readOnly": reading,
    } | (
        {
            "eventType": "AwsApiCall",
            "managementEvent": not data,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Data" if data else "Management",
        }
    )


def _object_record(call: Call) -> Record:
    reading = call.verb == "GetObject"
    size = draw("bytes", call.key, call.when).randrange(200_000, 9_000_000)
    moved = {"bytesTransferredOut" if reading else "bytesTransferredIn": 0 if call.error else size}
    return {
        **_base(call, "s3.amazonaws.com"),
        "requestParameters": {
            "bucketName": call.bucket,
            "key": call.key,
            "Host": f"{call.bucket}.s3.{_REGION}.amazonaws.com",
        },
        "responseElements": None,
        "additionalEventData": {**moved, "AuthenticationMethod": "AuthHeader"},
        **_closing(call, reading=reading, data=True),
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{call.bucket}/{call.key}"},
            {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{call.bucket}"},
        ],
    }


def _package_record(name: str, version: str, when: str) -> Record:
    arn = f"arn:aws:sagemaker:{_REGION}:{ACCOUNT}:model-package/{name}/{version}"
    call = Call(when, "deployer", "pipeline", "UpdateModelPackage", "", arn)
    return {
        **_base(call, "sagemaker.amazonaws.com"),
        "requestParameters": {
            "modelPackageArn": arn,
            "modelApprovalStatus": "Approved",
            "approvalDescription": "mirror of the review board",
        },
        "responseElements": {"modelPackageArn": arn},
        **_closing(call, reading=False, data=False),
    }


def _invocation(when: str) -> Record:
    call = Call(when, "scoring-service", "batch", "InvokeEndpoint", "", "credit-risk")
    arn = f"arn:aws:sagemaker:{_REGION}:{ACCOUNT}:endpoint/credit-risk"
    return {
        **_base(call, "sagemaker.amazonaws.com"),
        "requestParameters": {"endpointName": "credit-risk", "contentType": "text/csv"},
        "responseElements": None,
        **_closing(call, reading=False, data=True),
        "resources": [{"accountId": ACCOUNT, "type": "AWS::SageMaker::Endpoint", "ARN": arn}],
    }


def _nightly(night: date) -> list[Call]:
    behaviour = f"features/bank_behaviour/dt={night}/part-0001.parquet"
    scored = f"predictions/credit-risk/dt={night}/part-0001.parquet"
    return [
        Call(
            f"{night}T02:13:07Z",
            "feature-service",
            "spark",
            "PutObject",
            "northwind-lake",
            behaviour,
        ),
        Call(
            f"{night}T04:11:40Z",
            "scoring-service",
            "batch",
            "PutObject",
            "northwind-serving",
            scored,
        ),
    ]


def _weekly(sunday: date) -> list[Call]:
    key = f"training/credit_{week_label(sunday)}/part-0001.parquet"
    return [
        Call(f"{sunday}T05:38:02Z", "training-service", "build", "PutObject", "northwind-ml", key),
        Call(f"{sunday}T06:01:15Z", "training-service", "train", "GetObject", "northwind-ml", key),
    ]


_HOLDOUT = "holdout/credit_2026h1/part-0001.parquet"
_BY_HAND = (
    Call("2026-09-07T09:40:00Z", "ml-engineer", "jonas", "GetObject", "northwind-ml",
         "training/credit_2026w36/part-0001.parquet"),
    Call("2026-09-08T13:05:00Z", "validation", "hana", "GetObject", "northwind-ml", _HOLDOUT),
    Call("2026-09-14T11:22:00Z", "dev-sandbox", "devon", "GetObject", "northwind-ml",
         "training/credit_2026w37/part-0001.parquet", "AccessDenied"),
    Call(iso(PEEK_AT), PEEK_ROLE, PEEK_SESSION, "GetObject", *PEEK_OBJECT),
    Call("2026-09-27T06:02:30Z", "ml-engineer", "mia", "GetObject", "northwind-ml",
         "training/credit_2026w39/part-0001.parquet"),
    Call("2026-09-27T06:39:44Z", "ml-engineer", "mia", "PutObject", "northwind-ml",
         "models/credit-risk/4/model.pkl"),
    Call("2026-10-06T08:31:00Z", "data-engineer", "ravi", "DeleteObject", "northwind-audit",
         "2026/09/seg-0042.parquet", "AccessDenied"),
)  # fmt: skip


def records() -> list[Row]:
    """Every record of the story with its moment."""
    calls = [call for night in NIGHTS for call in _nightly(night)]
    calls += [call for sunday in SUNDAYS for call in _weekly(sunday)]
    rows: list[Row] = [(moment(c.when), _object_record(c)) for c in (*calls, *_BY_HAND)]
    for night in NIGHTS:
        when = f"{night}T04:04:{draw('invoke', night).randrange(10, 59)}Z"
        rows.append((moment(when), _invocation(when)))
    for found in VERSIONS:
        if found.deployed_at and found.deployed_at.date() >= NIGHTS[0]:
            when = iso(found.deployed_at - timedelta(minutes=2))
            rows.append((moment(when), _package_record(found.name, found.version, when)))
    return rows


def files() -> list[LandedFile]:
    """One file a day, packed as the service itself packs it."""
    days: dict[date, list[object]] = {}
    for when, record in sorted(records(), key=lambda row: row[0]):
        days.setdefault(when.date(), []).append(record)
    landed = []
    for day, found in days.items():
        stamp = f"{at(day, '23:55'):%Y%m%dT%H%MZ}"
        name = f"{ACCOUNT}_CloudTrail_{_REGION}_{stamp}_{hex_id(16, 'trail', day)}.json.gz"
        content = json.dumps({"Records": found}, separators=(",", ":")).encode()
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        landed.append(LandedFile(delivery_of(day), f"audit/cloudtrail/{name}", packed))
    return landed
