"""What can be done with published rules. Nothing else writes to their tables.

`publishing` publishes an edition, `reading` finds and parses what is published, `simulating` tries
the rules on a case that nobody keeps, `pages` prepares what the pages show.
"""
