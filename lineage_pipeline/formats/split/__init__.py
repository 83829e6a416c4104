"""OpenLineage lines in bulk: compiled, to the numbers of what they repeat."""
