"""What is kept of one person: found by their identifiers, erased where the law lets it go."""
