"""Commands of the sortition application."""
