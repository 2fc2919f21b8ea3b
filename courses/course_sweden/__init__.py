"""Orientation for people who move to Sweden, before the journey and in the first months."""
