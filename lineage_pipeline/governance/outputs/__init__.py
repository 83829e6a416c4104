"""What a decision looks like: to people, to pipelines, to the sites that show their reports."""
