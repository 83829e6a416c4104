"""Behaviour of the pictures: layout, drawing, labels and colours."""
