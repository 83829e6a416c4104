"""The controls, what they say and what is to be done, as OSCAL 1.2.1."""
