"""`python -m lineage_pipeline`: the command line."""

from lineage_pipeline.cli import main

if __name__ == "__main__":
    main()
