"""Errands of a course as a list to tick, print and put into a calendar; and all its words of the country's language."""
