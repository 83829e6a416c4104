"""A flight recorder for machine learning: where a model came from, and what must happen to it."""

__version__ = "0.1.0"
