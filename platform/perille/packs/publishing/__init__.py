"""Compiled packs into the database."""
