"""Decision journals on the site: which there are, what they declare, which may be explained."""
