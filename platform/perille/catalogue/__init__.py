"""The way in: home, courses by country and audience."""
