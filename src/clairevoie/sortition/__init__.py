"""Panels drawn by lot under quotas: every volunteer's chance, the panels, and their proof."""
