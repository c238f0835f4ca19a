"""What each page of the register shows, read in a constant number of queries.

Every module turns rows into frozen view models whose words are ready: templates only lay them out.
"""
