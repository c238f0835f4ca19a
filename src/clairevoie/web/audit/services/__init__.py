"""What can be done with audits. Nothing else writes to their tables.

`access` says who may see a journal; `running` asks for an audit and does it; `publishing` publishes
one, and the replies to it; `receiving` publishes one that was made elsewhere; `reading` finds what
is published; `moderating` hides what is unlawful.
"""
