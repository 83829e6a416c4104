"""The OpenLineage side of the scan: events to rows, facets and holders by content."""
