"""What can be done with decision journals. Nothing else writes to their tables.

`journals` records which journals there are, what they declare and which may be explained.
"""
