"""Everything the company makes of its sources, by a short key, and all data sets together."""

from datetime import date

from data.story.company import (
    ENDPOINT,
    GLUE,
    HIVE,
    LAKE,
    ML,
    MLFLOW,
    SANDBOX,
    SERVING,
    SNOWFLAKE,
    Table,
    columns,
)
from data.story.sources import CORE_TABLES, PLATFORM, RAW_FILES, SCIENCE, STREAMS
from data.story.weeks import SUNDAYS, week_label

RENAMED_ON = date(2026, 9, 14)


def _silver(name: str, text: str, rows: int) -> Table:
    return Table(SNOWFLAKE, f"lending.silver.{name}", columns(text), rows, PLATFORM)


_CUSTOMERS = (
    "customer_id BIGINT, national_id VARCHAR, phone VARCHAR, birth_year INTEGER,"
    " postcode VARCHAR, email VARCHAR pii=direct-identifier since-release"
)
_SILVER = {
    "silver.customers_clean": _silver("customers_clean", _CUSTOMERS, 181_400),
    "silver.customers": _silver("customers", _CUSTOMERS, 181_400),
    "silver.accounts": _silver(
        "accounts",
        "account_id BIGINT, customer_id BIGINT, iban VARCHAR, opened_on DATE,"
        " balance DECIMAL(12,2)",
        243_700,
    ),
    "silver.loans": _silver(
        "loans",
        "loan_id BIGINT, customer_id BIGINT, application_id BIGINT, principal DECIMAL(12,2),"
        " started_on DATE, is_default BOOLEAN",
        95_800,
    ),
    "silver.payments": _silver(
        "payments",
        "loan_id BIGINT, due_on DATE, days_late INTEGER, amount DECIMAL(12,2)",
        1_309_000,
    ),
    "silver.applications": _silver(
        "applications",
        "application_id BIGINT, customer_id BIGINT, submitted_at TIMESTAMP,"
        " amount_requested DECIMAL(12,2), term_months INTEGER, declared_income DECIMAL(12,2)",
        6_150,
    ),
    "silver.bureau_reports": _silver(
        "bureau_reports",
        "national_id VARCHAR, report_date DATE, bureau_score INTEGER, open_lines INTEGER,"
        " defaults_24m INTEGER, inquiries_6m INTEGER",
        409_300,
    ),
    "silver.bureau_reports_2025": _silver(
        "bureau_reports_2025",
        "national_id VARCHAR, report_date DATE, bureau_score INTEGER",
        388_000,
    ),
    "silver.bank_transactions": _silver(
        "bank_transactions",
        "customer_id BIGINT, booked_on DATE, amount DECIMAL(12,2), category VARCHAR",
        874_000,
    ),
    "silver.consents": _silver(
        "consents",
        "customer_id BIGINT, scope VARCHAR, is_active BOOLEAN, changed_at TIMESTAMP",
        139_000,
    ),
    "silver.call_notes": _silver(
        "call_notes", "loan_id BIGINT, called_at TIMESTAMP, outcome VARCHAR", 2_880
    ),
    "silver.newsletter_events": _silver(
        "newsletter_events", "reader_key VARCHAR, article VARCHAR, clicked BOOLEAN", 50_700
    ),
}


def _feature(name: str, text: str, rows: int) -> Table:
    return Table(SNOWFLAKE, f"lending.features.feature_{name}", columns(text), rows, SCIENCE)


_FEATURES = {
    "feature.profile": _feature(
        "customer_profile",
        "customer_id BIGINT, customer_key VARCHAR, age_band VARCHAR, region VARCHAR,"
        " tenure_accounts BIGINT, email VARCHAR pii=direct-identifier since-release",
        181_400,
    ),
    "feature.bureau": _feature(
        "bureau",
        "customer_key VARCHAR, bureau_score INTEGER, open_lines INTEGER, defaults_24m INTEGER,"
        " inquiries_6m INTEGER",
        177_900,
    ),
    "feature.repayment": _feature(
        "repayment_history",
        "customer_id BIGINT, late_30d_count BIGINT, worst_days_late INTEGER, paid_share DOUBLE",
        64_100,
    ),
    "feature.application": _feature(
        "application",
        "application_id BIGINT, customer_id BIGINT, amount_requested DECIMAL(12,2),"
        " term_months INTEGER, instalment_to_income DOUBLE",
        6_150,
    ),
    "feature.contact": _feature(
        "collections_contact",
        "loan_id BIGINT, calls_30d BIGINT, last_outcome VARCHAR, worst_days_late INTEGER",
        2_100,
    ),
    "feature.newsletter": _feature(
        "newsletter_engagement", "article VARCHAR, clicks BIGINT, click_rate DOUBLE", 940
    ),
    "feature.limits": _feature(
        "limit_usage",
        "customer_id BIGINT, used_share_max DOUBLE, limit_total DECIMAL(12,2)",
        70_300,
    ),
    "feature.bank": Table(
        LAKE,
        "features/bank_behaviour",
        columns(
            "customer_id BIGINT, income_median DOUBLE, spend_median DOUBLE,"
            " gambling_share DOUBLE, negative_days BIGINT"
        ),
        118_000,
        SCIENCE,
        alias=(GLUE, "table/features/feature_bank_behaviour"),
    ),
    "feature.affordability": Table(
        LAKE,
        "features/affordability",
        columns("customer_id BIGINT, disposable_income DOUBLE, debt_to_income DOUBLE"),
        117_600,
        SCIENCE,
        alias=(HIVE, "features.feature_affordability"),
    ),
    "feature.online": Table(
        "feast",
        "online_store_credit_application",
        columns("customer_id BIGINT, bureau_score INTEGER, debt_to_income DOUBLE"),
        116_900,
        SCIENCE,
    ),
}

_CREDIT_TRAINING = columns(
    "application_id BIGINT, customer_key VARCHAR, age_band VARCHAR, region VARCHAR,"
    " bureau_score INTEGER, defaults_24m INTEGER, inquiries_6m INTEGER,"
    " late_30d_count BIGINT, income_median DOUBLE, gambling_share DOUBLE,"
    " debt_to_income DOUBLE, instalment_to_income DOUBLE, is_default BOOLEAN,"
    " email VARCHAR pii=direct-identifier since-release"
)
_COLLECTIONS_TRAINING = columns(
    "loan_id BIGINT, calls_30d BIGINT, last_outcome VARCHAR, worst_days_late INTEGER,"
    " late_30d_count BIGINT, was_cured BOOLEAN"
)


def _set(name: str, spec: str, rows: int) -> Table:
    text = _CREDIT_TRAINING if spec == "credit" else _COLLECTIONS_TRAINING
    return Table(ML, name, text, rows, SCIENCE)


CREDIT_WEEKS = ("2026w09", "2026w22", *(week_label(sunday) for sunday in SUNDAYS))
_TRAINING = {
    **{
        f"training.credit_{week}": _set(f"training/credit_{week}", "credit", 58_000)
        for week in CREDIT_WEEKS
    },
    **{
        f"training.collections_{week}": _set(f"training/collections_{week}", "collections", 9_400)
        for week in ("2026w05", "2026w30")
    },
    "training.credit_2022w14": _set("training/credit_2022w14", "credit", 41_000),
    "training.credit_2022w40": _set("training/credit_2022w40", "credit", 43_500),
    "holdout.credit": _set("holdout/credit_2026h1", "credit", 12_000),
    "holdout.collections": _set("holdout/collections_2026h1", "collections", 2_000),
    "evaluation.credit": Table(ML, "evaluations/credit-risk", owner=SCIENCE),
    "evaluation.collections": Table(ML, "evaluations/collections-priority", owner=SCIENCE),
    "report.scorecard_2022": Table(ML, "reports/scorecard_2022", owner=SCIENCE),
    "sandbox.limit_model": Table(SANDBOX, "notebooks/limit_increase.pkl", owner="user:devon"),
}
_MODELS = {
    f"model.{name}": Table(MLFLOW, f"models/{name}", owner=owner)
    for name, owner in (
        ("credit-risk", SCIENCE),
        ("collections-priority", SCIENCE),
        ("newsletter-ranking", "team:marketing"),
    )
}
SERVED = {
    "credit-risk": 6_100,
    "collections-priority": 2_080,
    "newsletter-ranking": 940,
    "limit-increase": 410,
}
_SERVING = {
    **{f"endpoint.{name}": Table(ENDPOINT, name) for name in SERVED},
    **{
        f"predictions.{name}": Table(SERVING, f"predictions/{name}", rows=rows)
        for name, rows in SERVED.items()
    },
}

TABLES: dict[str, Table] = {
    **RAW_FILES,
    **CORE_TABLES,
    **STREAMS,
    **_SILVER,
    **_FEATURES,
    **_TRAINING,
    **_MODELS,
    **_SERVING,
}


def customers_key(day: date) -> str:
    """The key of the cleaned customers under the name they bear on a day."""
    return "silver.customers" if day >= RENAMED_ON else "silver.customers_clean"
