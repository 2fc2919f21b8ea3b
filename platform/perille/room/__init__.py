"""A class in a room without internet: what a phone is told there."""
