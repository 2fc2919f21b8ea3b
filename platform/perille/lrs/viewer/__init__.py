"""The record store as an administrator looks into it: searched, read, saved."""
