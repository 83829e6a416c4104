"""A card as people read it: every section with its blocks, in one order.

Every rendering for people is made of this, so that none says more or less than another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.cards.blocks import Block, Fact, Facts, Items, Section, Table, Words
from lineage_pipeline.cards.canonical import number_text
from lineage_pipeline.cards.card import ANNEX_IV
from lineage_pipeline.cards.outlined_record import NONE, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lineage_pipeline.cards.card import Card, Measure
    from lineage_pipeline.cards.checking import CheckedCard
    from lineage_pipeline.cards.completeness import SectionRow


def outline(checked: CheckedCard) -> tuple[Section, ...]:
    """Return the sections of a card: those that are checked, then what is recorded of it."""
    card = checked.card
    checks = [
        Section(row.section, row.title, _blocks(row.section, card), marks(row, checked))
        for row in checked.rows
    ]
    return (*checks, *recorded(card))


def marks(row: SectionRow, checked: CheckedCard) -> tuple[str, ...]:
    """Return the status of a section, and of which kind the findings in it are."""
    kinds = (
        each.kind
        for each in checked.findings
        if each.field.partition(".")[0].partition("[")[0] == row.section
    )
    return (row.status, *dict.fromkeys(kinds))


def check_table(checked: CheckedCard) -> Table:
    """Return what is to be said of each section."""
    return Table(
        ("Section", "Asked for", "Status", "Reason", "What to do"),
        tuple(
            (
                row.title,
                "yes" if row.is_required else "no",
                "\n".join(marks(row, checked)),
                row.reason,
                row.remedy,
            )
            for row in checked.rows
        ),
    )


def measure_text(found: Measure) -> str:
    """Return a measured value, with what a person wrote of it if that is something else."""
    value = "not a number" if found.value is None else number_text(found.value)
    if found.stated is None:
        return value
    return f"{value} (the card's author wrote {number_text(found.stated)})"


def _blocks(name: str, card: Card) -> tuple[Block, ...]:
    """Return the blocks of a section, and why a person says that it does not apply."""
    made = SECTIONS.get(name, _plain(name))(card)
    said = tuple(
        Words(
            f"Said not to apply: {each.reason or 'no reason given'}; "
            f"{f'agreed by {each.approver}' if each.approver else 'no approver named'}",
            card.origins.get(f"not_applicable.{name}", ""),
        )
        for each in card.not_applicable
        if each.section == name
    )
    return (*said, *made)


def _fact(card: Card, path: str, name: str, value: Any) -> Fact:
    text = _value(value)
    return Fact(name, text, card.origins.get(path, "") if text else "")


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(map(_value, value))
    return number_text(value) if isinstance(value, float) else f"{value}"


def _facts(card: Card, section: str, names: Mapping[str, str]) -> Facts:
    """Return facts of a section, each field under its name in words."""
    part = getattr(card, section)
    return Facts(
        tuple(
            _fact(card, f"{section}.{key}", name, getattr(part, key)) for key, name in names.items()
        )
    )


def _overview(card: Card) -> tuple[Block, ...]:
    names = {
        "name": "Model",
        "version": "Version",
        "version_node_id": "Identifier",
        "task": "Task",
        "description": "What it does",
        "owner_human": "Owner",
        "owner_team": "Team",
        "date": "Date of the card",
        "license": "Licence",
        "artifact_sha256": "SHA-256 of the artifact",
        "registered_at": "Registered at",
        "trained_at": "Trained at",
        "training_run": "Training run",
        "code": "Code",
        "environment": "Environment",
    }
    made: tuple[Block, ...] = (_facts(card, "overview", names),)
    parameters = card.overview.parameters
    if not parameters:
        return made
    origin = card.origins.get(f"overview.parameters.{next(iter(parameters))}", "")
    pairs = tuple(f"{name} = {value}" for name, value in parameters.items())
    return (*made, Items("Parameters", pairs, origin))


def _risk(card: Card) -> tuple[Block, ...]:
    names = {
        "tier": "Tier",
        "domain": "Domain",
        "regulations": "Regulations",
        "rationale": "Why this tier",
    }
    return (_facts(card, "risk", names),)


def _intended_use(card: Card) -> tuple[Block, ...]:
    use = card.intended_use
    named = (
        ("uses", "Meant for", use.uses),
        ("users", "Users", use.users),
        ("out_of_scope", "Not meant for", use.out_of_scope),
    )
    return tuple(
        Items(name, items, card.origins.get(f"intended_use.{key}", ""))
        for key, name, items in named
        if items
    )


def _training_data(card: Card) -> tuple[Block, ...]:
    names = {
        "dataset_key": "Dataset",
        "name": "Name",
        "digest": "Digest",
        "source": "Source",
        "size": "Size",
        "consent_basis": "Consent basis",
        "personal_data": "Personal data",
        "personal_data_tags": "Tags of personal data",
        "purposes": "May be used for",
        "lineage_ref": "Lineage",
    }
    made: list[Block] = []
    for place, each in enumerate(card.training_data):
        path = f"training_data[{place}]"
        facts = [
            _fact(card, f"{path}.{key}", name, getattr(each, key)) for key, name in names.items()
        ]
        period = " to ".join(filter(None, (each.period.start, each.period.end)))
        facts.insert(4, _fact(card, f"{path}.period", "Period", period))
        facts.append(Fact("Known to lineage", "yes" if each.is_known else "no"))
        made.append(Facts(tuple(facts)))
    return tuple(made)


def _evaluation(card: Card) -> tuple[Block, ...]:
    head = ("Metric", "Slice", "Value", "Interval", "Dataset", "Measured at", "From")
    rows = tuple(
        (
            each.metric,
            each.slice,
            measure_text(each),
            " to ".join(map(number_text, each.ci)),
            each.dataset_key,
            each.measured_at,
            card.origins.get(f"evaluation[{place}].value", ""),
        )
        for place, each in enumerate(card.evaluation)
    )
    return (Table(head, rows),) if rows else ()


def _fairness(card: Card) -> tuple[Block, ...]:
    fairness, origins = card.fairness, card.origins
    metrics = tuple(
        f"{each.metric} = {'' if each.value is None else number_text(each.value)}"
        for each in fairness.metrics
    )
    lists = (
        Items("Groups", fairness.groups, origins.get("fairness.groups", "")),
        Items("Measures, as written", metrics, origins.get("fairness.metrics", "")),
    )
    names = {"known_disparities": "Known disparities", "mitigations": "Mitigations"}
    return (*(each for each in lists if each.items), _facts(card, "fairness", names))


def _operations(card: Card) -> tuple[Block, ...]:
    names = {
        "compute": "Compute",
        "latency_p95_ms": "95th percentile of latency, ms",
        "monitoring_ref": "Monitoring",
        "alerts_ref": "Alerts",
        "rollback_ref": "Rollback",
        "rollback_tested_at": "Rollback tested, as written",
    }
    history = card.history
    seen = (
        Fact("Rollback tested, as recorded", history.rollback_tested_at or NONE, "evidence"),
        Fact("Monitoring configured", history.monitoring_configured_at or NONE, "evidence"),
    )
    return (Facts((*_facts(card, "operations", names).facts, *seen)),)


def _lifecycle(card: Card) -> tuple[Block, ...]:
    names = {
        "changes": "Changes",
        "replaces": "Replaces",
        "post_market_plan": "Followed after release by",
    }
    return (_facts(card, "lifecycle", names),)


def _annex_iv(card: Card) -> tuple[Block, ...]:
    facts = tuple(
        _fact(card, f"annex_iv.{point}", f"{point}. {title}", card.annex_iv.get(point))
        for point, title in ANNEX_IV.items()
    )
    return (Facts(facts),) if card.annex_iv else ()


def _plain(name: str) -> Callable[[Card], tuple[Block, ...]]:
    """Return what makes the blocks of a section that is a text, or a list of them."""

    def made(card: Card) -> tuple[Block, ...]:
        value, origin = getattr(card, name), card.origins.get(name, "")
        if isinstance(value, str):
            return (Words(value, origin),) if value else ()
        return (Items("", value, origin),) if value else ()

    return made


SECTIONS: Final[Mapping[str, Callable[[Card], tuple[Block, ...]]]] = {
    "overview": _overview,
    "risk": _risk,
    "intended_use": _intended_use,
    "training_data": _training_data,
    "evaluation": _evaluation,
    "fairness": _fairness,
    "operations": _operations,
    "lifecycle": _lifecycle,
    "annex_iv": _annex_iv,
}
"""What makes the blocks of each section that has fields."""
