"""Seminars: places for people of all organisations, with a waiting list that moves up by itself."""
