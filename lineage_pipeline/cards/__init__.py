"""Model cards: filled from evidence, checked against it, rendered and exported."""
