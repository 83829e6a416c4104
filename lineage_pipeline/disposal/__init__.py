"""What must stay and what must go: holds, plans, and what became of them."""
