"""The data that enters the company: raw files, core banking tables and streams, by a short key."""

from data.story.company import CORE, KAFKA, RAW, Table, columns, tags

PLATFORM = "team:data-platform"
SCIENCE = "team:credit-science"
_CONTRACT = "licence=internal consent_basis=contract purpose=credit-decision"

RAW_FILES = {
    "raw.bureau": Table(
        RAW,
        "bureau/consumer_files",
        columns(
            "national_id VARCHAR pii=direct-identifier, report_date DATE, bureau_score INTEGER,"
            " open_lines INTEGER, defaults_24m INTEGER, inquiries_6m INTEGER"
        ),
        410_000,
        PLATFORM,
        "Monthly consumer files of the credit bureau, delivered daily as increments",
        tags(
            "licence=bureau-agreement-2025 consent_basis=legitimate-interest"
            " purpose=credit-decision source_ref=contract-BUR-2025-07 collected_at=2026-08-30"
        ),
    ),
    "raw.applications": Table(
        RAW,
        "applications/web",
        columns(
            "application_id BIGINT, customer_id BIGINT, submitted_at TIMESTAMP,"
            " amount_requested DECIMAL(12,2), term_months INTEGER, declared_income DECIMAL(12,2),"
            " email VARCHAR pii=direct-identifier, employer VARCHAR pii=quasi-identifier"
        ),
        6_200,
        PLATFORM,
        "Loan applications as the web shop wrote them",
        tags(f"{_CONTRACT} source_ref=webshop collected_at=2026-08-30"),
    ),
    "raw.bank": Table(
        RAW,
        "bank/transactions",
        columns(
            "customer_id BIGINT, booked_on DATE, amount DECIMAL(12,2),"
            " counterparty VARCHAR pii=quasi-identifier, iban VARCHAR pii=direct-identifier,"
            " category VARCHAR"
        ),
        880_000,
        PLATFORM,
        "Open banking statements of customers who agreed to share them",
        tags(
            "licence=psd2-consent consent_basis=consent purpose=credit-decision"
            " source_ref=open-banking collected_at=2026-08-30"
        ),
    ),
    "raw.calls": Table(
        RAW,
        "collections/call_notes",
        columns(
            "loan_id BIGINT, called_at TIMESTAMP, outcome VARCHAR,"
            " note VARCHAR pii=free-text,"
            " vulnerability VARCHAR special-category=health art9_condition=explicit-consent"
        ),
        2_900,
        "team:collections",
        "Notes of the collections desk",
        tags(
            "licence=internal consent_basis=contract purpose=collections"
            " source_ref=call-desk collected_at=2026-08-30"
        ),
    ),
    "raw.newsletter": Table(
        RAW,
        "marketing/newsletter_events",
        columns("reader_key VARCHAR, article VARCHAR, clicked BOOLEAN, at TIMESTAMP"),
        51_000,
        "team:marketing",
        "Clicks in the newsletter, without persons",
        tags(
            "licence=internal consent_basis=consent purpose=marketing"
            " source_ref=mailer collected_at=2026-08-30"
        ),
    ),
}


def _core(name: str, text: str, rows: int, description: str) -> Table:
    return Table(
        CORE,
        f"core.public.{name}",
        columns(text),
        rows,
        "team:core-banking",
        description,
        tags(f"{_CONTRACT} source_ref=core-banking collected_at=2026-08-30"),
    )


CORE_TABLES = {
    "core.customers": _core(
        "customers",
        "customer_id BIGINT, full_name VARCHAR pii=direct-identifier,"
        " email VARCHAR pii=direct-identifier, phone VARCHAR pii=direct-identifier,"
        " national_id VARCHAR pii=direct-identifier, birth_date DATE pii=quasi-identifier,"
        " postcode VARCHAR pii=quasi-identifier, created_at TIMESTAMP",
        182_000,
        "Customers of the bank, one row each",
    ),
    "core.accounts": _core(
        "accounts",
        "account_id BIGINT, customer_id BIGINT, iban VARCHAR pii=direct-identifier,"
        " opened_on DATE, balance DECIMAL(12,2)",
        244_000,
        "Current and savings accounts",
    ),
    "core.loans": _core(
        "loans",
        "loan_id BIGINT, customer_id BIGINT, application_id BIGINT, principal DECIMAL(12,2),"
        " started_on DATE, status VARCHAR",
        96_000,
        "Loans that were paid out",
    ),
    "core.payments": _core(
        "payments",
        "payment_id BIGINT, loan_id BIGINT, due_on DATE, paid_on DATE, amount DECIMAL(12,2)",
        1_310_000,
        "Instalments, due and paid",
    ),
    "core.consents": _core(
        "consents",
        "customer_id BIGINT, scope VARCHAR, status VARCHAR, changed_at TIMESTAMP",
        139_000,
        "What customers have agreed to, and withdrawn",
    ),
    "core.limits": _core(
        "limits",
        "account_id BIGINT, limit_amount DECIMAL(12,2), used_share DOUBLE, as_of DATE",
        71_000,
        "Overdraft limits and their use",
    ),
}

STREAMS = {
    "stream.authorisations": Table(
        KAFKA,
        "card-authorisations",
        columns("account_id BIGINT, amount DECIMAL(12,2), merchant VARCHAR, at TIMESTAMP"),
        0,
        "team:cards",
        "Card authorisations as they happen",
        tags(f"{_CONTRACT} source_ref=card-switch collected_at=2026-08-30"),
    ),
    "stream.velocity": Table(
        KAFKA,
        "card-velocity",
        columns("account_id BIGINT, spend_1h DECIMAL(12,2), count_1h BIGINT, at TIMESTAMP"),
        0,
        SCIENCE,
        "Spending speed per account and hour",
        tags("ml.stage=feature"),
    ),
}
