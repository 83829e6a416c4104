"""CloudTrail records of a machine learning account: about 1.4 kB, one a line or in documents."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from benchmarks.generators.identity import instant, uuid4
from benchmarks.generators.template import hole, number, template

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT: Final = "111122223333"
REGION: Final = "eu-west-1"
ACTORS: Final = 2_000
MODELS: Final = 400
OBJECTS: Final = 200_000
RECORDS_A_DOCUMENT: Final = 2_000

_SAGEMAKER: Final = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
_MODEL: Final = f"{_SAGEMAKER}:model-package/{hole('model')}/{hole('version')}"
_BUCKET: Final = "arn:aws:s3:::ml-train"


def events(seed: int, stream: int) -> Iterator[bytes]:
    """Yield records without end, one a line, in the order of time."""
    shapes = _shapes()
    random = Random(f"cloudtrail {seed} {stream}")
    at_ms = 40 * 86_400_000 * stream
    while True:
        at_ms += random.randrange(1, 120)
        # One draw feeds every choice: a call for each would cost more than the record.
        draw = random.getrandbits(96)
        yield shapes[(draw & 0xFFFF) % len(shapes)] % {
            b"at": instant(at_ms)[:19] + b"Z",
            b"event": uuid4(random),
            b"request": uuid4(random),
            b"actor": b"user-%04d" % _skewed(draw >> 16 & 0xFFFF, ACTORS),
            b"ip": b"203.0.%d.%d" % (draw >> 32 & 0x7F, draw >> 39 & 0xFF),
            b"model": b"model-%03d" % _skewed(draw >> 48 & 0xFFFF, MODELS),
            b"version": b"%d" % (1 + (draw >> 64 & 0x1F)),
            b"object": b"%06d" % ((draw >> 69) % OBJECTS),
            b"size": b"%d" % (draw >> 60 & 0xFFFFFF),
        }


def documents(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `{"Records": [...]}` documents of these records, as CloudTrail delivers them."""
    while True:
        records = [line[:-1] for line, _ in zip(lines, range(RECORDS_A_DOCUMENT), strict=False)]
        if not records:
            return
        yield b'{"Records":[%b]}\n' % b",".join(records)


def _skewed(draw: int, count: int) -> int:
    """Return a number below `count` from 16 random bits, small ones far more often."""
    return int((draw / 65_536) ** 3 * count)


def _shapes() -> list[bytes]:
    """Return the kinds of record, the frequent ones several times."""
    read = _s3("GetObject", is_read=True)
    models = [
        _sagemaker("CreateModelPackage", {"modelPackageGroupName": hole("model")}),
        _sagemaker(
            "UpdateModelPackage", {"modelPackageArn": _MODEL, "modelApprovalStatus": "Approved"}
        ),
        _sagemaker("DescribeModelPackage", {"modelPackageName": _MODEL}, is_read=True),
        _sagemaker("CreateEndpoint", {"endpointName": hole("model")}),
        _sagemaker("CreateTrainingJob", {"trainingJobName": f"{hole('model')}-{hole('object')}"}),
    ]
    objects = [read, read, read, _s3("PutObject"), _s3("DeleteObject", error="AccessDenied")]
    shapes = [*models, *objects, _service_read(), _assume_role(), _decrypt()]
    return [template(shape) for shape in shapes]


def _record(source: str, name: str, identity: object, *, is_read: bool) -> dict[str, object]:
    return {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": hole("at"),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": hole("ip"),
        "userAgent": "Boto3/1.40.1 md/Botocore#1.40.1 ua/2.1 os/linux#6.1 lang/python#3.11.9",
        "requestParameters": None,
        "responseElements": None,
        "requestID": hole("request"),
        "eventID": hole("event"),
        "readOnly": is_read,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{source}.{REGION}.amazonaws.com",
        },
    }


def _role(name: str) -> dict[str, object]:
    issuer = {
        "type": "Role",
        "principalId": "AROAEXAMPLEID",
        "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "accountId": ACCOUNT,
        "userName": name,
    }
    attributes = {"creationDate": "2026-03-02T08:00:00Z", "mfaAuthenticated": "true"}
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLEID:{hole('actor')}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{hole('actor')}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {"sessionIssuer": issuer, "attributes": attributes},
    }


def _sagemaker(name: str, request: object, *, is_read: bool = False) -> dict[str, object]:
    record = _record("sagemaker", name, _role("ml-engineer"), is_read=is_read)
    response = None if is_read else {"modelPackageArn": _MODEL}
    return record | {"requestParameters": request, "responseElements": response}


def _s3(name: str, *, is_read: bool = False, error: str | None = None) -> dict[str, object]:
    key = f"training/credit/part-{hole('object')}.parquet"
    record = _record("s3", name, _role("training-job"), is_read=is_read)
    request = {"bucketName": "ml-train", "key": key, "Host": f"ml-train.s3.{REGION}.amazonaws.com"}
    resources = [
        {"type": "AWS::S3::Object", "ARN": f"{_BUCKET}/{key}"},
        {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": _BUCKET},
    ]
    moved = {"bytesTransferredOut": number("size"), "AuthenticationMethod": "AuthHeader"}
    refused = {"errorCode": error, "errorMessage": "Access Denied"} if error else {}
    return (
        record
        | refused
        | {
            "requestParameters": request,
            "additionalEventData": moved,
            "resources": resources,
            "managementEvent": False,
            "eventCategory": "Data",
        }
    )


def _service_read() -> dict[str, object]:
    identity = {"type": "AWSService", "invokedBy": "sagemaker.amazonaws.com"}
    return _s3("GetObject", is_read=True) | {
        "userIdentity": identity,
        "sourceIPAddress": "sagemaker.amazonaws.com",
        "userAgent": "sagemaker.amazonaws.com",
        "sharedEventID": hole("request"),
    }


def _assume_role() -> dict[str, object]:
    role = f"arn:aws:iam::{ACCOUNT}:role/training-job"
    identity = {"type": "AWSService", "invokedBy": "sagemaker.amazonaws.com"}
    request = {"roleArn": role, "roleSessionName": hole("actor"), "durationSeconds": 3600}
    resources = [{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": role}]
    record = _record("sts", "AssumeRole", identity, is_read=True)
    return record | {"requestParameters": request, "resources": resources}


def _decrypt() -> dict[str, object]:
    user = {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{hole('actor')}",
        "accountId": ACCOUNT,
        "userName": hole("actor"),
    }
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/3f2a77b0-0000-4000-8000-000000000001"
    request = {"encryptionContext": {"aws:s3:arn": f"{_BUCKET}/model-{hole('object')}"}}
    record = _record("kms", "Decrypt", user, is_read=True)
    return record | {
        "requestParameters": request,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": key}],
    }
