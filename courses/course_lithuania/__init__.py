"""Orientation for people who have come to Lithuania, first of all from Ukraine."""
