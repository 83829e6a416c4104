"""Home-grown logs: who is in which training set, what the loan desk did, what the deployer did."""

from datetime import datetime, timedelta

from data.story.cards import dataset_node
from data.story.emission import plan
from data.story.identity import draw, hex_id, name_id
from data.story.jobs import JOBS
from data.story.landed import LandedFile, Row, weekly
from data.story.models import VERSIONS, ModelVersion
from data.story.retention import ERASED_SUBJECT, HEEDED, WITHDRAWN_SUBJECT
from data.story.weeks import NIGHTS, SUNDAYS, at, iso, moment, week_label

_MEMBERS = tuple(f"subj-{hex_id(16, 'subject', number)}" for number in range(18))
_ERASED_UNTIL = moment("2026-09-14T10:00Z")


def members(built_at: datetime) -> tuple[str, ...]:
    """The sampled subjects whose rows are in the training set that was built at a moment."""
    heeded = [subject for subject, when in HEEDED.items() if built_at < when]
    erased = [ERASED_SUBJECT] if built_at < _ERASED_UNTIL else []
    # The builder reads a copy of the consents that never learned of this withdrawal.
    return (*_MEMBERS, *heeded, *erased, WITHDRAWN_SUBJECT)


def _training_ledger() -> list[Row]:
    rows: list[Row] = []
    for sunday in SUNDAYS:
        run = plan(JOBS["build.credit-training"], at(sunday, "05:05"))
        for number, subject in enumerate(sorted(members(run.started))):
            when = run.ended + timedelta(milliseconds=number)
            row = {
                "ts": when.isoformat(timespec="milliseconds"),
                "app": "training-ledger",
                "level": "INFO",
                "action": "subject_included",
                "actor": "svc-training",
                "dataset": dataset_node(f"training.credit_{week_label(sunday)}"),
                "run_id": run.run,
                "subject_ref": subject,
            }
            rows.append((when, row))
    return rows


def _loan_desk() -> list[Row]:
    rows: list[Row] = []
    for night in NIGHTS:
        chance = draw("loan-desk", night)
        for number in range(2):
            when = at(night, "09:00") + timedelta(seconds=chance.randrange(28_000))
            override = chance.random() < 0.25  # about one decision in four
            row = {
                "ts": when.isoformat(timespec="milliseconds"),
                "app": "loan-desk",
                "level": "INFO",
                "action": "decision_overridden" if override else "decision_viewed",
                "actor": f"desk-{chance.randrange(1, 9):02d}@example.org",
                "model": "credit-risk",
                "application": f"app-{hex_id(10, 'application', night, number)}",
                "client_ip": f"203.0.113.{chance.randrange(20, 60)}",
                "outcome": "success",
                "reason": "employment confirmed by phone" if override else None,
            }
            rows.append((when, row))
    return rows


def deployer_event(kind: str, found: ModelVersion, when: datetime, data: dict[str, object]) -> Row:
    """A CloudEvent of the deployer about a version."""
    return when, {
        "specversion": "1.0",
        "id": name_id("deployer", kind, found.label),
        "source": "/deployers/eu-west-1",
        "type": f"org.example.model.{kind}",
        "subject": f"models/{found.name}/{found.version}",
        "time": iso(when),
        "datacontenttype": "application/json",
        "data": {"actor": "svc-deployer", "environment": "production", **data},
    }


def _deployer() -> list[Row]:
    rows: list[Row] = []
    for found in VERSIONS:
        when = found.deployed_at
        if not when or when.date() < NIGHTS[0]:
            continue
        alerts = f"https://alertmanager.example.org/#/alerts?filter=model%3D{found.name}"
        rows += [
            deployer_event(
                "rollback_tested",
                found,
                when - timedelta(days=1),
                {"outcome": "success", "seconds": 41},
            ),
            deployer_event(
                "monitoring_configured", found, when - timedelta(hours=19), {"alerts": alerts}
            ),
            deployer_event(
                "deployed",
                found,
                when + timedelta(minutes=4),
                {
                    "artifact": f"sha256:{found.artifact}",
                    "endpoint": f"endpoint://prod-eu/{found.name}",
                },
            ),
        ]
    return rows


def ledgers() -> dict[str, list[Row]]:
    """The rows of each log that the company has made itself, by its name."""
    return {"training-ledger": _training_ledger(), "loan-desk": _loan_desk()}


def files() -> list[LandedFile]:
    """The logs of every week."""
    return [
        *(one for name, rows in ledgers().items() for one in weekly("audit/generic", name, rows)),
        *weekly("audit/cloudevents", "deployer", _deployer()),
    ]
