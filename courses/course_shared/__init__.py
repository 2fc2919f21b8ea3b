"""Lessons that courses of several countries share; the facts come from the country of the course."""
