"""The questions of the Python API by what they are about; `workspace.py` unites them."""
