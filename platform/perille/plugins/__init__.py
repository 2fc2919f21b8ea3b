"""Plugins: what strangers' packages bring, put in its place, and told of where it cannot be used."""
