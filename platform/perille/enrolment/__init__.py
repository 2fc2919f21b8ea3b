"""Learners, their enrolments, and the code that carries progress to another phone."""
