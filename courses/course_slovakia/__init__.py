"""Orientation for people who have come to Slovakia for protection, for work or to their family."""
