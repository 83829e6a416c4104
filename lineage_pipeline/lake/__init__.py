"""The Delta tables of the lake: where they are, what is active in them, how rows are added."""
