"""The lineage graph in memory: closures, paths and shapes, with the meaning of `sql/serve`."""
