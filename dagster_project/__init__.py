"""Schedule and order of the pipeline, seen from Dagster."""
