"""`python -m lineage_pipeline`: the command line."""

from lineage_pipeline.cli import main

main()
