"""Needle questions over years of audit rows: what one actor did, what befell one resource."""
