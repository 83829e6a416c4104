"""What each admissible format looks like on the wire, and how its records become typed rows."""
