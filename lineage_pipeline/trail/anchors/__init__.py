"""Anchors: checkpoints kept where whoever writes the log cannot change them.

A log that somebody sets back, or writes anew under its own key, looks right to whoever has nothing
to compare it with. An anchor has: it proves as much as its administration is another one.
"""
