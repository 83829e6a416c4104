"""Acts of people: submissions, approvals and the like, as CloudEvents that only ever grow."""

from dataclasses import dataclass

from data.story import retention
from data.story.acts import Data, act
from data.story.cards import card_digest
from data.story.identity import digest
from data.story.landed import LandedFile, Row, monthly
from data.story.models import ModelVersion, submission, ticket, version
from data.story.weeks import moment

EXPIRED_ON = "2026-09-10"
SELF_APPROVED = ("credit-risk", "4")


@dataclass(frozen=True, slots=True)
class Review:
    """A version on its way through the stages: who submitted it, who said yes and when."""

    found: ModelVersion
    submitter: str
    submitted_at: str
    approvals: tuple[tuple[str, str, str], ...]
    expires_on: str


_PRIYA, _TOMAS, _LENA = "priya@example.org", "tomas@example.org", "lena@example.org"
_INGRID, _OSCAR, _JONAS = "ingrid@example.org", "oscar@example.org", "jonas@example.org"
_MIA, _YUKI, _HANA = "mia@example.org", "yuki@example.org", "hana@example.org"


def _four(
    technical: str, business: str, compliance: str, deployment: str
) -> tuple[tuple[str, str, str], ...]:
    return (
        ("technical", _PRIYA, technical),
        ("business", _TOMAS, business),
        ("compliance", _INGRID, compliance),
        ("deployment", _OSCAR, deployment),
    )


REVIEWS = (
    Review(
        version("credit-risk", "1"),
        _JONAS,
        "2026-03-09T09:00Z",
        _four("2026-03-11T10:00Z", "2026-03-12T10:00Z", "2026-03-16T14:00Z", "2026-03-17T09:00Z"),
        "2027-03-17",
    ),
    Review(
        version("credit-risk", "2"),
        _JONAS,
        "2026-06-08T09:00Z",
        _four("2026-06-09T10:00Z", "2026-06-11T10:00Z", "2026-06-16T14:00Z", "2026-06-17T09:00Z"),
        "2027-06-17",
    ),
    Review(
        version("credit-risk", "3"),
        _JONAS,
        "2026-09-07T08:30Z",
        _four("2026-09-07T14:10Z", "2026-09-08T10:25Z", "2026-09-09T11:40Z", "2026-09-09T16:05Z"),
        "2027-09-09",
    ),
    Review(
        version("credit-risk", "4"),
        _JONAS,
        "2026-09-28T09:15Z",
        (("technical", _MIA, "2026-09-28T15:30Z"),),
        "2027-09-28",
    ),
    Review(
        version("collections-priority", "1"),
        _MIA,
        "2026-02-10T09:00Z",
        (("technical", _PRIYA, "2026-02-12T10:00Z"), ("business", _LENA, "2026-02-17T10:00Z")),
        "2027-02-17",
    ),
    Review(
        version("collections-priority", "2"),
        _MIA,
        "2026-08-04T09:00Z",
        (("technical", _PRIYA, "2026-08-05T10:00Z"), ("business", _LENA, "2026-08-06T10:00Z")),
        EXPIRED_ON,
    ),
    Review(
        version("newsletter-ranking", "1"),
        _YUKI,
        "2026-08-03T09:00Z",
        (("technical", _PRIYA, "2026-08-04T10:00Z"),),
        "2027-08-04",
    ),
    Review(
        version("newsletter-ranking", "3"),
        _YUKI,
        "2026-09-22T09:00Z",
        (("technical", _PRIYA, "2026-09-23T10:00Z"),),
        "2027-09-23",
    ),
)


def _on(found: ModelVersion, kind: str, when: str, data: Data) -> Row:
    full: Data = {**data, "ticket": ticket(found), "submission": submission(found)}
    return act(f"governance.{kind}", "review-board", moment(when), found.node, full)


def _review(review: Review) -> list[Row]:
    found = review.found
    rows = [
        _on(
            found,
            "submitted",
            review.submitted_at,
            {
                "actor": review.submitter,
                "reason": f"{found.label} replaces its predecessor",
                "artifact": f"sha256:{found.artifact}",
                "card": card_digest(found),
            },
        )
    ]
    for stage, actor, when in review.approvals:
        data: Data = {
            "actor": actor,
            "stage": stage,
            "decision": "approved",
            "reason": f"{stage} review done",
            "expires_on": review.expires_on,
        }
        if (found.name, found.version, stage) == ("credit-risk", "3", "compliance"):
            data["conditions"] = [
                {
                    "id": "COND-31",
                    "text": "fairness report for self-employed applicants",
                    "owner": _HANA,
                    "due_on": "2026-10-01",
                }
            ]
        rows.append(_on(found, "approved", when, data))
    return rows


def _rare_acts_on_credit() -> list[Row]:
    second, third = version("credit-risk", "2"), version("credit-risk", "3")
    waiver: Data = {
        "actor": _INGRID,
        "gate": "fairness-region",
        "reason": "region slices are too small until the third quarter",
        "expires_on": "2026-10-15",
    }
    emergency: Data = {
        "actor": _OSCAR,
        "reason": "endpoint restarted outside the window after a node failure",
        "expires_on": "2026-07-17",
    }
    ratified: Data = {
        "actor": _INGRID,
        "stage": "break-glass-review",
        "decision": "approved",
        "reason": "restart of the approved version, nothing changed",
    }
    met: Data = {"actor": _HANA, "condition": "COND-31", "reason": "report MRM-2026-88"}
    return [
        _on(second, "waived", "2026-06-15T13:00Z", waiver),
        _on(second, "break_glass", "2026-07-14T22:10Z", emergency),
        _on(second, "approved", "2026-07-15T09:30Z", ratified),
        _on(third, "condition_met", "2026-09-25T10:00Z", met),
    ]


def _rare_acts_on_others() -> list[Row]:
    """A first try that was rejected, and a submission that was taken back."""
    collections = version("collections-priority", "2")
    newsletter = version("newsletter-ranking", "2")
    digest_then = digest("submission", collections.name, collections.version, "first")
    early: Data = {"ticket": ticket(collections), "submission": f"sha256:{digest_then}"}
    tried: Data = {"actor": _MIA, "reason": "first try", **early}
    rejected: Data = {
        "actor": _LENA,
        "stage": "business",
        "decision": "rejected",
        "reason": "the card does not say what the desk does on weekends",
        **early,
    }
    node, board = collections.node, "review-board"
    return [
        act("governance.submitted", board, moment("2026-07-30T09:00Z"), node, tried),
        act("governance.rejected", board, moment("2026-08-03T10:00Z"), node, rejected),
        _on(newsletter, "submitted", "2026-09-07T12:00Z", {"actor": _YUKI, "reason": "retrained"}),
        _on(newsletter, "withdrawn", "2026-09-08T08:00Z", {"actor": _YUKI, "reason": "superseded"}),
    ]


def files() -> list[LandedFile]:
    """The acts of each month; a month lands again when it grew."""
    rows = [row for review in REVIEWS for row in _review(review)]
    rows += _rare_acts_on_credit() + _rare_acts_on_others()
    return monthly("governance", rows + retention.acts())
