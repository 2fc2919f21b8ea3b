"""The pytest plugin for authors of packs."""
