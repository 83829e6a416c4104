"""Seeded makers of large landing files, one module a kind; the same seed gives the same bytes."""
