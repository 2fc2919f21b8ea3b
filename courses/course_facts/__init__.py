"""Dated facts for the lessons: help numbers, offices, years of law, by country."""
