"""Views of published rules: they translate between requests and services, nothing more."""
