"""Plans and deletions in a large workspace."""
