"""A region of SageMaker, as moto plays it, is polled and scanned; so are EventBridge's events."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lineage_pipeline import pipeline
from lineage_pipeline.errors import RegistryError
from lineage_pipeline.formats.documents import Document, read_document
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.registry import pulls, sagemaker
from lineage_pipeline.registry.client import Limits
from lineage_pipeline.registry.sagemaker import poll_sagemaker
from lineage_pipeline.settings.registries import SagemakerRegistry
from lineage_pipeline.warehouse.query import open_warehouse
from tests.workspaces import CLOCK, published_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = datetime(2026, 10, 12, 5, tzinfo=UTC)
REGION = "eu-west-1"
REGISTRY = SagemakerRegistry(REGION)
POLL = f"registry/sagemaker/{REGION}/20261012T050000Z"
NAMES = [
    "endpoint_configs", "endpoints", "model_cards", "model_package_groups", "model_packages",
    "models",
]  # fmt: skip
ROLE = "arn:aws:iam::111122223333:role/made"
LIMITS = Limits(1 << 25, time.monotonic, time.sleep)
EVENT = {
    "version": "0",
    "id": "844e2571-85d4-695f-b930-0153b71dcb42",
    "detail-type": "SageMaker Model Package State Change",
    "source": "aws.sagemaker",
    "account": "111122223333",
    "time": "2026-10-12T04:00:00Z",
    "region": REGION,
    "resources": [f"arn:aws:sagemaker:{REGION}:111122223333:model-package/credit-risk/3"],
    "detail": {
        "ModelPackageGroupName": "credit-risk",
        "ModelPackageVersion": 3,
        "ModelPackageArn": f"arn:aws:sagemaker:{REGION}:111122223333:model-package/credit-risk/3",
        "ModelApprovalStatus": "Approved",
        "MetadataProperties": {"GeneratedBy": "arn:made"},
    },
}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give a client of a made account; nothing reaches the network."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("sagemaker", region_name=REGION)


def now() -> datetime:
    return AT


def package(client: Any, group: str, approval: str = "PendingManualApproval") -> str:
    container = {"Image": "i", "ModelDataUrl": "s3://models/model.tar.gz"}
    made = client.create_model_package(
        ModelPackageGroupName=group,
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        ModelApprovalStatus=approval,
        CustomerMetadataProperties={"risk": "high"},
    )
    arn: str = made["ModelPackageArn"]
    return arn


def furnish(client: Any) -> None:
    """Make something of each kind."""
    client.create_model_package_group(ModelPackageGroupName="credit-risk")
    arn = package(client, "credit-risk")
    client.create_model_card(
        ModelCardName="credit-risk",
        Content=json.dumps({"model_overview": {"model_name": "credit-risk"}}),
        ModelCardStatus="Draft",
    )
    client.create_model(
        ModelName="credit-risk-1", PrimaryContainer={"ModelPackageName": arn, "Image": "i"},
        ExecutionRoleArn=ROLE,
    )  # fmt: skip
    variant = {
        "VariantName": "all", "ModelName": "credit-risk-1", "InitialInstanceCount": 1,
        "InstanceType": "ml.t2.medium",
    }  # fmt: skip
    client.create_endpoint_config(EndpointConfigName="credit", ProductionVariants=[variant])
    client.create_endpoint(EndpointName="credit", EndpointConfigName="credit")


def answers(landing: Path, name: str) -> list[dict[str, Any]]:
    """Return the entries of a listing, from all its files."""
    pages = [json.loads(file.read_bytes()) for file in sorted((landing / POLL).glob(f"{name}-0*"))]
    return [entry for page in pages for key, value in page.items() if key != "NextToken"
            for entry in value]  # fmt: skip


def test_a_region_is_polled_and_scanned(tmp_path: Path, aws: Any) -> None:
    furnish(aws)
    settings = f'[[registry.sagemaker]]\nregion = "{REGION}"\n'
    workspace = published_workspace(tmp_path / "workspace", settings)
    landing = workspace.paths.landing
    times = pulls.Times(now, time.monotonic, time.sleep)
    (row,) = pulls.pull(workspace.settings, landing, {}, times)
    assert (row.registry, row.status, row.files) == (f"sagemaker://{REGION}", "pulled", 6)
    assert sorted(file.name for file in (landing / POLL).iterdir()) == [
        f"{name}-000001.json" for name in NAMES
    ]
    (found,) = answers(landing, "model_packages")
    assert found["ModelApprovalStatus"] == "PendingManualApproval"
    assert found["CustomerMetadataProperties"] == {"risk": "high"}
    assert found["CreationTime"].endswith("Z")
    assert "ResponseMetadata" not in found
    (model,) = answers(landing, "models")
    assert model["PrimaryContainer"]["ModelPackageName"] == found["ModelPackageArn"]
    (landing / "registry/sagemaker/events.json").write_text(json.dumps(EVENT), encoding="utf-8")

    pipeline.run(workspace, pipeline.system_clock, CLOCK)

    with open_warehouse(workspace.paths) as warehouse:
        counts = "select sum(record_count), sum(event_count), sum(quarantined_count)"
        assert warehouse.query(f"{counts} from quality.ingest").rows == [(7, 7, 0)]
        rows = warehouse.query("select kind, occurred_at from silver.document order by 1").rows
        versions = warehouse.query(
            "select version_node_id, stage, tags from registry.model_version"
        ).rows
        deployed = warehouse.query(
            "select name, version_node_id, source from registry.deployment"
        ).rows
    happened = datetime(2026, 10, 12, 4, tzinfo=UTC)
    assert rows == sorted(
        [(f"sagemaker.{name}", AT) for name in NAMES]
        + [("sagemaker.package_state_change", happened)]
    )
    node_id = f"modelVersion:sagemaker://{REGION}:credit-risk:1"
    assert versions == [(node_id, "PendingManualApproval", '{"risk":"high"}')]
    assert deployed == [("credit", node_id, "sagemaker_poll")]


def test_a_changed_approval_and_a_deletion_show_in_the_next_poll(tmp_path: Path, aws: Any) -> None:
    furnish(aws)
    arn = answers_arn(aws)
    poll_sagemaker(REGISTRY, tmp_path / "before", now, LIMITS)
    aws.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="by the board"
    )
    aws.delete_endpoint(EndpointName="credit")
    poll_sagemaker(REGISTRY, tmp_path / "after", now, LIMITS)
    (found,) = answers(tmp_path / "after", "model_packages")
    assert found["ModelApprovalStatus"] == "Approved"
    assert found["ApprovalDescription"] == "by the board"
    assert len(answers(tmp_path / "before", "endpoints")) == 1
    assert answers(tmp_path / "after", "endpoints") == []
    assert (tmp_path / "after" / POLL / "endpoints-000001.json").read_bytes() == b'{"Endpoints":[]}'


def answers_arn(client: Any) -> str:
    listed = client.list_model_packages(ModelPackageGroupName="credit-risk")
    arn: str = listed["ModelPackageSummaryList"][0]["ModelPackageArn"]
    return arn


def test_what_moto_describes_holds_what_its_samples_hold(tmp_path: Path, aws: Any) -> None:
    """The members that tables will read, in the spelling of the service."""
    furnish(aws)
    poll_sagemaker(REGISTRY, tmp_path, now, LIMITS)
    expected = {
        "model_package_groups": {"ModelPackageGroupName", "ModelPackageGroupArn", "CreationTime"},
        "model_packages": {
            "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "CreationTime",
            "InferenceSpecification", "ModelPackageStatus", "ModelApprovalStatus", "CreatedBy",
        },
        "model_cards": {"ModelCardArn", "ModelCardName", "ModelCardVersion", "Content",
                        "ModelCardStatus", "CreationTime"},
        "endpoint_configs": {"EndpointConfigName", "ProductionVariants"},
        "endpoints": {"EndpointName", "EndpointConfigName", "EndpointStatus"},
    }  # fmt: skip
    for name, members in expected.items():
        (entry,) = answers(tmp_path, name)
        assert members <= entry.keys()


def test_long_listings_are_whole_and_in_pages(
    tmp_path: Path, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sagemaker, "ENTRIES", 50)
    for number in range(130):
        aws.create_model_package_group(ModelPackageGroupName=f"g{number}")
    done = poll_sagemaker(REGISTRY, tmp_path, now, LIMITS)
    files = sorted((tmp_path / POLL).glob("model_package_groups-*"))
    tokens = [json.loads(file.read_bytes()).get("NextToken") for file in files]
    assert tokens == ["2", "3", None]
    assert len(answers(tmp_path, "model_package_groups")) == 130
    assert done.counts["model_package_groups"] == 130


def test_no_file_is_longer_than_what_is_scanned(tmp_path: Path, aws: Any) -> None:
    for number in range(10):
        aws.create_model_package_group(
            ModelPackageGroupName=f"g{number}", ModelPackageGroupDescription="x" * 900
        )
    poll_sagemaker(REGISTRY, tmp_path / "some", now, Limits(5000, time.monotonic, time.sleep))
    sizes = [file.stat().st_size for file in (tmp_path / "some" / POLL).iterdir()]
    assert max(sizes) <= 5000
    assert len(answers(tmp_path / "some", "model_package_groups")) == 10
    with pytest.raises(RegistryError, match="max_record_bytes"):
        poll_sagemaker(REGISTRY, tmp_path / "none", now, Limits(1024, time.monotonic, time.sleep))
    assert not (tmp_path / "none" / "registry").exists()


class Client:
    """Lists two groups, one of which is not described."""

    def __init__(self, code: str, listings: list[list[str]]) -> None:
        self._code, self._listings = code, listings

    def get_paginator(self, operation: str) -> Client:
        assert operation == "list_model_package_groups"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        names = self._listings.pop(0)
        found = [{"ModelPackageGroupName": name} for name in names]
        return [{"ModelPackageGroupSummaryList": found}]

    def describe_model_package_group(self, ModelPackageGroupName: str) -> dict[str, Any]:  # noqa: N803
        if ModelPackageGroupName == "gone":
            said: Any = {"Error": {"Code": self._code, "Message": "hunter2"}}
            raise ClientError(said, "DescribeModelPackageGroup")
        return {"ModelPackageGroupName": ModelPackageGroupName, "ResponseMetadata": {}}


def test_what_was_deleted_while_it_was_polled_is_left_out() -> None:
    listing = sagemaker._LISTINGS[0]
    client = Client("ValidationException", [["here", "gone"], ["here"]])
    assert sagemaker._described(client, listing) == [{"ModelPackageGroupName": "here"}]


def test_what_is_listed_and_not_described_is_no_deletion() -> None:
    listing = sagemaker._LISTINGS[0]
    client = Client("ValidationException", [["here", "gone"], ["here", "gone"]])
    with pytest.raises(RegistryError, match="cannot be described"):
        sagemaker._described(client, listing)


def test_what_is_refused_ends_the_poll_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(Client):
        def close(self) -> None: ...

    refusing = Refusing("AccessDeniedException", [["gone"]])
    monkeypatch.setattr(boto3.session.Session, "client", lambda *_, **__: refusing)
    with pytest.raises(
        RegistryError, match=r"AccessDeniedException; it takes sagemaker:List\*"
    ) as e:
        poll_sagemaker(REGISTRY, tmp_path, now, LIMITS)
    assert "hunter2" not in str(e.value)
    assert not (tmp_path / "registry").exists()


def test_without_credentials_nothing_is_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(RegistryError, match="NoCredentialsError; set AWS_PROFILE"):
        poll_sagemaker(REGISTRY, tmp_path / "landing", now, LIMITS)
    assert not (tmp_path / "landing" / "registry").exists()


def read(body: object, file: str = f"landing/{POLL}/x.json") -> Document | Problem:
    return read_document("registry/sagemaker", json.dumps(body).encode(), file, "UTC")


@pytest.mark.parametrize(
    "body",
    [
        {"ModelPackages": [{"ModelPackageVersion": 1}]},
        {"ModelPackages": [{"ModelPackageArn": "a", "ModelPackageVersion": "1"}]},
        {"Endpoints": {}},
        EVENT | {"detail": {"ModelApprovalStatus": "Approved"}},
    ],
)
def test_what_breaks_its_form_is_set_aside(body: object) -> None:
    found = read(body)
    assert isinstance(found, Problem)
    assert found.code == "breaks_its_form"


def test_other_events_are_none_of_these() -> None:
    found = read(EVENT | {"detail-type": "SageMaker Endpoint State Change"})
    assert isinstance(found, Problem)
    assert found.code == "unknown_document"


def test_an_event_is_one_wherever_it_lies_and_a_listing_is_its_registry_s() -> None:
    def identity(body: object, file: str) -> bytes:
        found = read(body, file)
        assert isinstance(found, Document)
        return found.document_id

    files = [f"landing/registry/sagemaker/{name}/20261012T050000Z/x.json" for name in ("a", "b")]
    assert len({identity(EVENT, file) for file in files}) == 1
    assert len({identity({"Endpoints": []}, file) for file in files}) == 2
