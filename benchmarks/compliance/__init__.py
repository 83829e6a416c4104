"""The status of every control over many models and audit rows."""
