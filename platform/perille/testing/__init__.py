"""Fixtures for those who write packs and plugins, and for us."""
