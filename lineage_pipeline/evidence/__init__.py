"""What the trail says of a workspace: what was written is sealed, verified and proven."""
