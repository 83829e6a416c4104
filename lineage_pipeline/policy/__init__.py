"""Policy: which stages and gates a model must pass, who may approve, how long anything may stay."""
