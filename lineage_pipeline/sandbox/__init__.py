"""SQL that strangers wrote, asked of the published warehouse in a process of its own."""
