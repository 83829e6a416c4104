"""Landing files to bronze: discover, scan, quarantine, commit."""
