"""Questions that people ask of the graph: parts of it, what differs, what breaks, what runs did."""
