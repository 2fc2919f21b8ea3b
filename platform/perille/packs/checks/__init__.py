"""Checks that look at a pack as a whole."""
