"""Before your assignment: professionals who go to work for a while in a country they know."""
