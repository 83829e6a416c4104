"""What watches the models in service: drift reports, alerts, metrics and predictions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.story.identity import digest, draw, hex_id
from data.story.landed import LandedFile, Row, document, lines, weekly
from data.story.learning import serving
from data.story.models import MODELS, SHADOW_CREATED_AT
from data.story.weeks import DELIVERIES, NIGHTS, at, iso, moment

Payload = dict[str, object]

OPEN_INCIDENT_AT = moment("2026-10-09T03:12:40Z")
_CLOSED_INCIDENT = (moment("2026-09-29T05:20:10Z"), moment("2026-10-01T15:48:00Z"))
_OPEN = "0001-01-01T00:00:00Z"
_REASONS = (
    ("bureau_score", "low bureau score raises the risk"),
    ("debt_to_income", "debt is high against income"),
    ("late_30d_count", "instalments were paid late"),
    ("income_median", "low income raises the risk"),
)
_CUTOFF = 0.62
_DRIFT_COLUMNS = ("bureau_score", "income_median")
_DRIFT_LIMIT = 0.05


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert about a version of a model, open until it has an end."""

    name: str
    model: str
    version: str
    severity: str
    summary: str
    starts: datetime
    ends: datetime | None = None


def _alert_body(alert: Alert) -> Payload:
    labels = {
        "alertname": alert.name,
        "model": alert.model,
        "model_version": alert.version,
        "severity": alert.severity,
        "team": MODELS[alert.model].team,
    }
    status = "resolved" if alert.ends else "firing"
    group = f'{{}}:{{alertname="{alert.name}", model="{alert.model}"}}'
    return {
        "receiver": "gov",
        "status": status,
        "alerts": [
            {
                "status": status,
                "labels": labels,
                "annotations": {"summary": alert.summary},
                "startsAt": iso(alert.starts),
                "endsAt": iso(alert.ends) if alert.ends else _OPEN,
                "generatorURL": "http://prometheus.example.org/graph",
                "fingerprint": hex_id(16, "alert", alert.name, alert.model, alert.version),
            }
        ],
        "groupLabels": {"alertname": alert.name, "model": alert.model},
        "commonLabels": labels,
        "commonAnnotations": {"summary": alert.summary},
        "externalURL": "http://alertmanager.example.org",
        "version": "4",
        "groupKey": group,
        "truncatedAlerts": 0,
    }


def _alerts() -> list[Row]:
    start, end = _CLOSED_INCIDENT
    drift = ("ModelDriftHigh", "credit-risk", "3", "page", "PSI 0.23 > 0.2", start)
    broken = "share of failed requests 0.14 > 0.05"
    failing = (
        "EndpointErrorsHigh",
        "collections-priority",
        "2",
        "critical",
        broken,
        OPEN_INCIDENT_AT,
    )
    return [
        (start, _alert_body(Alert(*drift))),
        (end, _alert_body(Alert(*drift, end))),
        (OPEN_INCIDENT_AT, _alert_body(Alert(*failing))),
    ]


def _drift_value(model: str, column: str, sunday: date) -> float:
    return round(0.06 + 0.6 * draw("drift", model, column, sunday).random(), 6)


def _drift_metric(column: str) -> tuple[str, Payload]:
    params: Payload = {
        "type": "evidently:metric_v2:ValueDrift",
        "column": column,
        "method": "K-S p_value",
        "threshold": _DRIFT_LIMIT,
    }
    return digest("evidently", column)[:32], params


def _drift_test(column: str, value: float) -> Payload:
    identifier, params = _drift_metric(column)
    detail = "The drift detection method is K-S p_value. The drift threshold is 0.05."
    return {
        "id": "drift",
        "name": f"Value Drift for column {column}",
        "description": f"Drift score is {value:.2f}. {detail}",
        "metric_config": {"metric_id": identifier, "params": params},
        "test_config": {},
        "status": "SUCCESS" if value >= _DRIFT_LIMIT else "FAIL",
        "bound_test": {
            "type": "evidently:bound_test:ValueDriftBoundTest",
            "test": {
                "type": "evidently:test_v2:ValueDriftTest",
                "is_critical": True,
                "alias": None,
                "label_filters": None,
            },
            "metric_fingerprint": identifier,
        },
    }


def _report(model: str, sunday: date) -> Payload:
    """A report in the form without a time or a model: both are in the name of the file."""
    metrics, tests = [], []
    for column in _DRIFT_COLUMNS:
        value = _drift_value(model, column, sunday)
        identifier, params = _drift_metric(column)
        name = f"ValueDrift(column={column},method=K-S p_value,threshold={_DRIFT_LIMIT})"
        metrics.append({"id": identifier, "metric_name": name, "config": params, "value": value})
        tests.append(_drift_test(column, value))
    return {"metrics": metrics, "tests": tests}


def _snapshot(model: str, version: str, sunday: date) -> Payload:
    """A report in the form that carries its time and its model."""
    results: Payload = {}
    for column in _DRIFT_COLUMNS:
        value = _drift_value(model, column, sunday)
        identifier, params = _drift_metric(column)
        results[identifier] = {
            "type": "evidently:metric_result_v2:SingleValue",
            "display_name": f"Value drift for {column}",
            "metric_value_location": {
                "metric": {"metric_id": identifier, "params": params},
                "param": {},
            },
            "widget": [],
            "tests": [_drift_test(column, value)],
            "value": value,
        }
    return {
        "report": {"items": []},
        "name": None,
        "timestamp": f"{sunday}T08:30:00.000000",
        "metadata": {"model": model, "model_version": version},
        "tags": ["gov"],
        "metric_results": results,
    }


def _weekly_reports() -> list[LandedFile]:
    landed = []
    for monday in DELIVERIES:
        sunday = monday - timedelta(days=1)
        for model in ("credit-risk", "collections-priority"):
            live = serving(model, at(sunday, "08:30"))
            if not live:
                continue
            if model == "credit-risk":
                path = f"monitoring/evidently/{model}-{sunday}-snapshot.json"
                content = lines([_snapshot(model, live.version, sunday)])
            else:
                path = f"monitoring/evidently/{model}/{live.version}/report-{sunday}.json"
                content = document(_report(model, sunday))
            landed.append(LandedFile(monday, path, content))
    return landed


def _metrics() -> list[Row]:
    rows: list[Row] = []
    for monday in DELIVERIES:
        when = at(monday - timedelta(days=1), "09:00")
        for model in MODELS:
            live = serving(model, when)
            if not live:
                continue
            chance = draw("metrics", model, when)
            measured: Payload = {
                live.metric: round(live.value - 0.01 + 0.015 * chance.random(), 4),
                "psi": round(0.04 + 0.1 * chance.random(), 4),
                "latency_p95_ms": 70 + chance.randrange(30),
                "requests": 900 + chance.randrange(5_000),
                "error_share": round(0.01 * chance.random(), 4),
            }
            row = {
                "model": model,
                "model_version": live.version,
                "at": iso(when),
                "window_days": 7,
                "metrics": measured,
            }
            rows.append((when, row))
    return rows


def _prediction(model: str, night: date, number: int) -> Row:
    chance = draw("prediction", model, night, number)
    when = at(night, "09:00") + timedelta(seconds=chance.randrange(30_000))
    live = serving(model, when)
    score = round(chance.random(), 4)
    rejected = score > _CUTOFF
    reasons = chance.sample(_REASONS, 2)
    decision = {
        "credit-risk": "reject" if rejected else "accept",
        "collections-priority": "call today" if rejected else "call later",
    }.get(model, "offer" if rejected else "no offer")
    return when, {
        "prediction_id": f"prd-{hex_id(16, 'prediction', model, night, number)}",
        "model": model,
        "model_version": live.version if live else "dev",
        "endpoint": f"endpoint://prod-eu/{model}",
        "at": iso(when),
        "subject_ref": f"subj-{hex_id(16, 'applicant', model, night, number)}",
        "score": score,
        "decision": decision,
        "reasons": [{"feature": name, "text": text} for name, text in reasons],
    }


def _predictions(model: str, per_day: int, first: date) -> list[LandedFile]:
    rows = [
        _prediction(model, night, number)
        for night in NIGHTS
        if night >= first
        for number in range(per_day)
    ]
    return weekly("monitoring/predictions", model, rows)


def files() -> list[LandedFile]:
    """Everything that monitoring wrote, week by week."""
    shadow_from = (SHADOW_CREATED_AT + timedelta(days=1)).date()
    return [
        *_weekly_reports(),
        *weekly("monitoring/alertmanager", "webhooks", _alerts()),
        *weekly("monitoring/metrics", "models", _metrics()),
        *_predictions("credit-risk", 4, NIGHTS[0]),
        *_predictions("collections-priority", 1, NIGHTS[0]),
        *_predictions("limit-increase", 2, shadow_from),
    ]
