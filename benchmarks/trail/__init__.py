"""What sealing costs: in a scan, and of many rows alone."""
