"""Perille: a learning platform that takes people all the way there."""

__version__ = "0.1.0"
