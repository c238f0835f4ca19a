"""Pages of audits: for who has access to a journal, for who contributes, and for everyone."""
