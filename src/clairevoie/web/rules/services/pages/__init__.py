"""What the pages of published rules show, as plain values for templates."""
