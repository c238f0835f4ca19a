"""Panels drawn by lot."""
