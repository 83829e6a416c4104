"""Behaviour of what leaves the graph: each format read back by a parser that is not ours."""
