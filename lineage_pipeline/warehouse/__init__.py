"""The DuckDB file that people open: built from sql/, published by rename, read in safety."""
