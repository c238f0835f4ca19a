"""What can be done with the register. Nothing else writes to its models."""
