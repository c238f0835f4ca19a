"""Pages of journals, for who keeps them, and of published replays, for everyone."""
