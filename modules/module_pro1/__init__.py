"""Welcoming newcomers: a module for municipal experts."""
