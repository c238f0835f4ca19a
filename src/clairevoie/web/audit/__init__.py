"""Audits on the site: run on a journal by who has access to it, then published, or not."""
