"""What a user could pick instead: the same tables, as an expert of each engine would write them."""
