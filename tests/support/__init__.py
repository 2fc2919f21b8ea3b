"""Helpers of the tests: services, browsers, packs, and what is looked at on a page."""
