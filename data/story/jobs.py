"""The jobs around models, and every job of the company by its name."""

from data.story.company import Job, derivations
from data.story.pipelines import AIRFLOW, CLEANING, FEATURES

FLINK = "http://flink.example.org:8081"


def _ml(name: str, kind: str, inputs: str, output: str, text: str = "") -> Job:
    integration = "MLFLOW" if kind in {"TRAINING", "EVALUATION"} else "PYTHON"
    return Job(
        "ml",
        name,
        integration,
        kind,
        tuple(inputs.split()),
        output,
        derivations(text),
        f"pipelines/{name.replace('.', '/')}.py",
        "team:credit-science",
        34,
    )


_CREDIT_INPUTS = (
    "feature.application feature.profile feature.bureau feature.repayment feature.bank@"
    " feature.affordability@ silver.loans"
)
LEARNING = {
    job.name: job
    for job in (
        _ml(
            "build.credit-training",
            "DATASET",
            _CREDIT_INPUTS,
            "training.credit",
            """
            * join feature.profile.customer_key
            * filter silver.loans.started_on
            """,
        ),
        _ml("train.credit-risk", "TRAINING", "training.credit", "model.credit-risk"),
        _ml(
            "evaluate.credit-risk",
            "EVALUATION",
            "model.credit-risk holdout.credit",
            "evaluation.credit",
        ),
        _ml(
            "build.collections-training",
            "DATASET",
            "feature.contact feature.repayment silver.loans",
            "training.collections",
            "was_cured transformation silver.loans.is_default",
        ),
        _ml(
            "train.collections-priority",
            "TRAINING",
            "training.collections",
            "model.collections-priority",
        ),
        _ml(
            "evaluate.collections-priority",
            "EVALUATION",
            "model.collections-priority holdout.collections",
            "evaluation.collections",
        ),
        _ml(
            "train.newsletter-ranking", "TRAINING", "feature.newsletter", "model.newsletter-ranking"
        ),
        _ml(
            "notebook.limit-increase",
            "NOTEBOOK",
            "feature.limits feature.affordability@",
            "sandbox.limit_model",
        ),
        _ml("legacy.build-training", "DATASET", "silver.loans", "training.credit_2022w14"),
        _ml("legacy.scorecard", "REPORT", "training.credit_2022w14", "report.scorecard_2022"),
    )
}


def _deploying(model: str) -> Job:
    return Job(
        "mlops",
        f"deploy.{model}",
        "ARGOCD",
        "DEPLOYMENT",
        (f"model.{model}",),
        f"endpoint.{model}",
        path=f"deploy/{model}.yaml",
        owner="team:mlops",
    )


def _scoring(model: str, features: str) -> Job:
    return Job(
        "serving",
        f"score.{model}",
        "PYTHON",
        "SCORING",
        (f"endpoint.{model}", *features.split()),
        f"predictions.{model}",
        path=f"score/{model}.py",
        owner="team:mlops",
        minutes=11,
    )


_SCORED = {
    "credit-risk": "feature.online feature.application",
    "collections-priority": "feature.contact feature.repayment",
    "newsletter-ranking": "feature.newsletter",
    "limit-increase": "feature.limits",
}
OPERATIONS = {
    job.name: job
    for job in (
        *(_deploying(model) for model in _SCORED if model != "limit-increase"),
        *(_scoring(model, features) for model, features in _SCORED.items()),
        Job(
            "dbt",
            "northwind.rename_customers",
            "DBT",
            "OPERATION",
            (),
            None,
            (),
            "macros/rename.sql",
        ),
        Job("dbt", "northwind.drop_retired", "DBT", "OPERATION", (), None, (), "macros/drop.sql"),
        Job(
            FLINK,
            "card-velocity",
            "FLINK",
            "JOB",
            ("stream.authorisations",),
            "stream.velocity",
            derivations(
                """
                spend_1h aggregation stream.authorisations.amount
                count_1h aggregation stream.authorisations.merchant
                * group_by stream.authorisations.account_id
                """
            ),
            "flink/card_velocity.sql",
            "team:cards",
        ),
    )
}

JOBS: dict[str, Job] = {**AIRFLOW, **CLEANING, **FEATURES, **LEARNING, **OPERATIONS}
