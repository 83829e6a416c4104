"""Questions to lineage graphs, of one size and of shapes that other systems break on."""
