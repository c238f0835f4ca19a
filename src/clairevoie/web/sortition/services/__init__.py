"""What can be done with a draw; nothing else writes to the models."""
