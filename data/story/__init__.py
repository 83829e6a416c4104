"""A seeded generator of the demo story: the same call always writes the same bytes."""
