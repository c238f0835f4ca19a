"""What can be done with recommendations and answers; nothing else writes to the models."""
