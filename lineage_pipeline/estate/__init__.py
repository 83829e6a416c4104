"""The whole estate on one page: what is published, for people who would rather look than read."""
