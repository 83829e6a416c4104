"""A version on its way: submitted, judged, checked, let go, retired; past deployments replayed."""
