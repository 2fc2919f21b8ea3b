"""Learners' acts to statements, and statements to progress."""
