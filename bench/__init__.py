"""The figures of `make bench`: what was measured against the bar that was promised."""
