"""Tests: attempts and their answers."""
