"""Facts fetched from the registries that teams already run, or delivered by them, into landing/."""
