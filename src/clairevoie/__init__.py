"""Clairevoie: the algorithms of public bodies documented, deliberated, watched and answered for."""

__version__ = "0.1.0"
