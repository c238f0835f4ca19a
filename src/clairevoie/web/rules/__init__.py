"""Published rules on the site: publishing them, reading them, trying them on a case."""
