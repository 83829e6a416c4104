"""A batch of bronze: planned, shared among processes, committed, remembered."""
