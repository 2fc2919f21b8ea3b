"""Orientation for people who move to Iceland, before the journey and in the first months."""
