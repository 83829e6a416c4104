"""What the REST API of an MLflow registry answers to a poll.

An answer does not say when it was given; the folder of its file does.

Source: MLflow 3.17 REST API 2.0, `registered-models/search`, `model-versions/search`,
`runs/search`, `logged-models/search`, `experiments/search`.
"""

from typing import Annotated, Final, Literal

from lineage_pipeline.formats.documents.document import (
    DocumentFormat,
    Part,
    Text,
    polled_at,
    polled_registry,
)

SOURCE: Final = "registry/mlflow"
Named = Annotated[str, Text]


class Pair(Part, frozen=True, kw_only=True):
    """A tag or a parameter."""

    key: str
    value: str = ""


class Alias(Part, frozen=True, kw_only=True):
    """A name that stands for a version."""

    alias: Named
    version: Named


class RegisteredModel(Part, frozen=True, kw_only=True):
    """A model."""

    name: Named
    creation_timestamp: int | None = None
    last_updated_timestamp: int | None = None
    tags: tuple[Pair, ...] = ()
    aliases: tuple[Alias, ...] = ()


class ModelVersion(Part, frozen=True, kw_only=True):
    """A version of a model."""

    name: Named
    version: Named
    creation_timestamp: int | None = None
    last_updated_timestamp: int | None = None
    source: str = ""
    run_id: str | None = None
    status: str = ""
    current_stage: str = ""
    tags: tuple[Pair, ...] = ()


class RunInfo(Part, frozen=True, kw_only=True):
    """What a run is called and how it ended."""

    run_id: Named
    status: str = ""
    start_time: int | None = None
    end_time: int | None = None


class Measure(Part, frozen=True, kw_only=True):
    """A metric of a run or of a logged model; what is no number in JSON is a text."""

    key: Named
    value: float | Literal["NaN", "Infinity", "-Infinity"]
    timestamp: int | None = None


class RunData(Part, frozen=True, kw_only=True):
    """What a run was given and what it measured."""

    metrics: tuple[Measure, ...] = ()
    params: tuple[Pair, ...] = ()
    tags: tuple[Pair, ...] = ()


class Dataset(Part, frozen=True, kw_only=True):
    """A dataset that a run read."""

    name: Named
    digest: str = ""


class DatasetInput(Part, frozen=True, kw_only=True):
    """A dataset and what for."""

    dataset: Dataset
    tags: tuple[Pair, ...] = ()


class RunInputs(Part, frozen=True, kw_only=True):
    """What a run read."""

    dataset_inputs: tuple[DatasetInput, ...] = ()


class Run(Part, frozen=True, kw_only=True):
    """A run."""

    info: RunInfo
    data: RunData = RunData()
    inputs: RunInputs = RunInputs()


class LoggedModelInfo(Part, frozen=True, kw_only=True):
    """What a logged model is called and where it came from."""

    model_id: Named
    source_run_id: str | None = None
    tags: tuple[Pair, ...] = ()


class LoggedModelData(Part, frozen=True, kw_only=True):
    """What a logged model was given and what was measured of it."""

    metrics: tuple[Measure, ...] = ()
    params: tuple[Pair, ...] = ()


class LoggedModel(Part, frozen=True, kw_only=True):
    """A logged model."""

    info: LoggedModelInfo
    data: LoggedModelData = LoggedModelData()


class Experiment(Part, frozen=True, kw_only=True):
    """An experiment."""

    experiment_id: Named
    name: str = ""


class Page(Part, frozen=True, kw_only=True):
    """A part of an answer; it has a token if there are more."""

    next_page_token: str | None = None


class RegisteredModels(Page, frozen=True, kw_only=True):
    """An answer of `registered-models/search`."""

    registered_models: list[RegisteredModel]


class ModelVersions(Page, frozen=True, kw_only=True):
    """An answer of `model-versions/search`."""

    model_versions: list[ModelVersion]


class Runs(Page, frozen=True, kw_only=True):
    """An answer of `runs/search`."""

    runs: list[Run]


class LoggedModels(Page, frozen=True, kw_only=True):
    """An answer of `logged-models/search`."""

    models: list[LoggedModel]


class Experiments(Page, frozen=True, kw_only=True):
    """An answer of `experiments/search`."""

    experiments: list[Experiment]


def _answer(kind: str, key: str, body: type[Page]) -> DocumentFormat:
    keys = frozenset({key})
    return DocumentFormat(f"mlflow.{kind}", SOURCE, keys, body, polled_at, teller=polled_registry)


FORMATS = (
    _answer("registered_models", "registered_models", RegisteredModels),
    _answer("model_versions", "model_versions", ModelVersions),
    _answer("runs", "runs", Runs),
    _answer("logged_models", "models", LoggedModels),
    _answer("experiments", "experiments", Experiments),
)
