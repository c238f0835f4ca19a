"""Exact contributions to the score of a model, and what would change its answer, in columns."""
