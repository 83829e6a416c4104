"""What monitoring found: Evidently reports, metric files, alerts, predictions.

Source: Evidently 0.7.23 `snapshot.json()` and `dumps()`; Alertmanager 0.25 webhook version 4.
"""

from typing import Annotated, Final, Literal

import msgspec

from lineage_pipeline.formats.documents.document import DocumentFormat, FreeForm, Moment, Part, Text

SOURCE: Final = "monitoring"
Named = Annotated[str, Text]


class EvidentlyMetric(Part, frozen=True, kw_only=True):
    """One metric of a report."""

    metric_name: Named
    config: FreeForm = msgspec.field(default_factory=dict)


class EvidentlyTest(Part, frozen=True, kw_only=True):
    """One test of a report."""

    id: Named
    status: Named
    name: str = ""


class EvidentlyReport(Part, frozen=True, kw_only=True):
    """What `snapshot.json()` gives: neither when it was made nor of which model."""

    metrics: list[EvidentlyMetric]
    tests: tuple[EvidentlyTest, ...] = ()


class EvidentlySnapshot(Part, frozen=True, kw_only=True):
    """What `snapshot.dumps()` gives."""

    timestamp: Named
    metadata: FreeForm
    metric_results: FreeForm
    tags: tuple[str, ...] = ()


class Measurement(Part, frozen=True, kw_only=True):
    """What was measured of a model while it serves."""

    model: Named
    model_version: Named
    at: Named
    metrics: dict[str, float]
    window_days: float | None = None


class Alert(Part, frozen=True, kw_only=True):
    """An alert: open until it has an end."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    startsAt: Named  # noqa: N815 - Alertmanager calls it so
    fingerprint: Named
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    endsAt: str | None = None  # noqa: N815 - Alertmanager calls it so


class Alerts(Part, frozen=True, kw_only=True):
    """A notification of Alertmanager."""

    version: Literal["4"]
    alerts: list[Alert]


class Reason(Part, frozen=True, kw_only=True):
    """Why a model decided as it did."""

    feature: str | None = None
    text: str | None = None


class Prediction(Part, frozen=True, kw_only=True):
    """One decision of a model."""

    prediction_id: Named
    model: Named
    model_version: Named
    at: Named
    endpoint: str | None = None
    subject_ref: str | None = None
    score: float | None = None
    decision: str | None = None
    reasons: tuple[Reason, ...] = ()


def _unsaid(_: EvidentlyReport, __: str) -> Moment:
    return None


def _made(snapshot: EvidentlySnapshot, _: str) -> Moment:
    return snapshot.timestamp


def _at(found: Measurement | Prediction, _: str) -> Moment:
    return found.at


def _began(notified: Alerts, _: str) -> Moment:
    return min((alert.startsAt for alert in notified.alerts), default=None)


FORMATS = (
    DocumentFormat("prediction", SOURCE, frozenset({"prediction_id"}), Prediction, _at),
    DocumentFormat("alert", SOURCE, frozenset({"alerts", "version"}), Alerts, _began),
    DocumentFormat(
        "evidently.snapshot", SOURCE, frozenset({"metric_results", "timestamp"}),
        EvidentlySnapshot, _made,
    ),
    DocumentFormat(
        "measurement", SOURCE, frozenset({"model", "model_version", "metrics"}), Measurement, _at
    ),
    DocumentFormat("evidently.report", SOURCE, frozenset({"metrics"}), EvidentlyReport, _unsaid),
)  # fmt: skip
