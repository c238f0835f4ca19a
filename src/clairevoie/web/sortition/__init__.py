"""Panels drawn by lot: announced, prepared, committed to, drawn in public, erased."""
