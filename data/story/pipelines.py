"""The nightly jobs, schedule, cleaning and features, and how their columns come about."""

from data.story.company import Job, derivations

DAGS = ("clean_nightly", "features_nightly", "quality_nightly", "score_nightly", "train_weekly")


def _dag(name: str) -> Job:
    return Job("airflow", name, "AIRFLOW", "DAG", path=f"dags/{name}.py")


def _task(dag: str, task: str, inputs: tuple[str, ...] = ()) -> Job:
    return Job("airflow", f"{dag}.{task}", "AIRFLOW", "TASK", inputs, path=f"dags/{dag}.py")


def _dbt(model: str, inputs: str, text: str) -> Job:
    return Job(
        "dbt",
        f"northwind.stg_{model}",
        "DBT",
        "MODEL",
        tuple(inputs.split()),
        f"silver.{model}",
        derivations(text),
        f"models/staging/stg_{model}.sql",
    )


def _spark(name: str, inputs: str, output: str, text: str) -> Job:
    return Job(
        "spark",
        f"feature_jobs.{name}",
        "SPARK",
        "JOB",
        tuple(inputs.split()),
        output,
        derivations(text),
        f"features/{name}.py",
        "team:credit-science",
        9,
    )


AIRFLOW = {
    job.name: job
    for job in (
        *(_dag(name) for name in DAGS),
        _task("clean_nightly", "dbt_build"),
        _task("features_nightly", "spark_submit"),
        _task(
            "quality_nightly",
            "check_silver",
            ("silver.applications", "silver.loans", "silver.bank_transactions"),
        ),
    )
}

CLEANING = {
    job.name: job
    for job in (
        _dbt(
            "customers",
            "core.customers core.consents",
            """
            national_id masked core.customers.national_id
            phone masked core.customers.phone
            birth_year transformation core.customers.birth_date
            postcode transformation core.customers.postcode
            * filter core.consents.status
            """,
        ),
        _dbt(
            "accounts",
            "core.accounts",
            "iban masked core.accounts.iban",
        ),
        _dbt("loans", "core.loans", "is_default transformation core.loans.status"),
        _dbt(
            "payments",
            "core.payments",
            """
            days_late transformation core.payments.due_on
            days_late transformation core.payments.paid_on
            """,
        ),
        _dbt("applications", "raw.applications", "* filter raw.applications.application_id"),
        _dbt("bureau_reports", "raw.bureau", "national_id masked raw.bureau.national_id"),
        _dbt(
            "bank_transactions",
            "raw.bank silver.consents",
            """
            * join silver.consents.customer_id
            * filter silver.consents.is_active
            """,
        ),
        _dbt("consents", "core.consents", "is_active transformation core.consents.status"),
        _dbt("call_notes", "raw.calls", "* sort raw.calls.called_at"),
        _dbt("newsletter_events", "raw.newsletter", "* filter raw.newsletter.at"),
    )
}

FEATURES = {
    job.name: job
    for job in (
        _spark(
            "customer_profile",
            "silver.customers silver.accounts",
            "feature.profile",
            """
            customer_key identity silver.customers.national_id
            age_band transformation silver.customers.birth_year
            region transformation silver.customers.postcode
            tenure_accounts aggregation silver.accounts.account_id
            * join silver.accounts.customer_id
            """,
        ),
        _spark(
            "bureau",
            "silver.bureau_reports",
            "feature.bureau",
            """
            customer_key identity silver.bureau_reports.national_id
            * window silver.bureau_reports.report_date
            """,
        ),
        _spark(
            "bank_behaviour",
            "silver.bank_transactions",
            "feature.bank",
            """
            income_median aggregation silver.bank_transactions.amount
            spend_median aggregation silver.bank_transactions.amount
            gambling_share aggregation silver.bank_transactions.category
            negative_days aggregation silver.bank_transactions.booked_on
            * group_by silver.bank_transactions.customer_id
            """,
        ),
        _spark(
            "repayment_history",
            "silver.loans silver.payments",
            "feature.repayment",
            """
            late_30d_count aggregation silver.payments.days_late
            worst_days_late aggregation silver.payments.days_late
            paid_share aggregation silver.payments.amount
            * join silver.payments.loan_id
            * group_by silver.loans.customer_id
            """,
        ),
        _spark(
            "application",
            "silver.applications feature.bank@",
            "feature.application",
            """
            instalment_to_income transformation silver.applications.amount_requested
            instalment_to_income transformation silver.applications.term_months
            instalment_to_income transformation feature.bank@.income_median
            * join feature.bank@.customer_id
            """,
        ),
        _spark(
            "affordability",
            "feature.bank@ feature.repayment",
            "feature.affordability",
            """
            disposable_income transformation feature.bank@.income_median
            disposable_income transformation feature.bank@.spend_median
            debt_to_income transformation feature.bank@.income_median
            debt_to_income conditional feature.repayment.paid_share
            """,
        ),
        _spark(
            "collections_contact",
            "silver.call_notes silver.payments",
            "feature.contact",
            """
            calls_30d aggregation silver.call_notes.called_at
            last_outcome aggregation silver.call_notes.outcome
            worst_days_late aggregation silver.payments.days_late
            * group_by silver.call_notes.loan_id
            """,
        ),
        _spark(
            "newsletter_engagement",
            "silver.newsletter_events",
            "feature.newsletter",
            """
            clicks aggregation silver.newsletter_events.clicked
            click_rate aggregation silver.newsletter_events.clicked
            * group_by silver.newsletter_events.article
            """,
        ),
        _spark(
            "limit_usage",
            "core.limits silver.accounts",
            "feature.limits",
            """
            used_share_max aggregation core.limits.used_share
            limit_total aggregation core.limits.limit_amount
            * join silver.accounts.account_id
            """,
        ),
        Job(
            "feast",
            "feature_view_credit_application",
            "FEAST",
            "FEATURE_VIEW",
            ("feature.bureau", "feature.affordability@"),
            "feature.online",
            (),
            "feast/credit_application.py",
            "team:credit-science",
            4,
        ),
    )
}
