"""Views of recommendations."""
