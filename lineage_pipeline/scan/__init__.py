"""The scan: a task in, Parquet files and a manifest out; no state, no clock, no order of tasks."""
