"""What the pages of a draw show, in words."""
