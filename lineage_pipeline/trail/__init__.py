"""The trail: an append-only Merkle log that shows whether what was written was changed since."""
