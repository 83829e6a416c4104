"""The evidence pack: all that is known of one model version, in one file that stands alone."""
