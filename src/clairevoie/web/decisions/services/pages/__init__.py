"""What the pages of journals and replays show."""
