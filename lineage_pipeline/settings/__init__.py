"""What a workspace is told of itself: `lineage.toml`, read strictly, with every default."""
