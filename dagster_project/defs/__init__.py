"""What Dagster knows of the pipeline: assets, checks, and what starts them."""
