"""`python -m lineage_pipeline.cli`: the command line."""

from lineage_pipeline.cli import main

main()
