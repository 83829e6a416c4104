"""Bulk scans measured against what a user could pick instead, on made files, in the same run."""
