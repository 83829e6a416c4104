"""What lies in landing/ and elsewhere: found, listed, read in ranges, and which of it is new."""
