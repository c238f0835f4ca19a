"""Votes on proposals: what is shared, what divides, how sure it is, what is owed."""
