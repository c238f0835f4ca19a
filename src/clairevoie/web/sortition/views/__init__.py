"""Views of panels drawn by lot."""
