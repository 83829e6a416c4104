"""What may be deployed: submissions, approvals, gates, and the decisions that they lead to."""
