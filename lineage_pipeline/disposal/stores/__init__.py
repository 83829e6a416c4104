"""Where objects lie: each store says which pieces an object has, and deletes what it is told."""
