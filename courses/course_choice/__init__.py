"""Thinking about return: five lessons for six countries, without a trace."""
