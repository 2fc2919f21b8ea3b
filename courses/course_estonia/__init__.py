"""Orientation for people who have come to Estonia for protection, for work or to their family."""
