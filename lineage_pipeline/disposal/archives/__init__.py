"""Where cold pieces lie compressed, each under a name that tells nothing of it."""
