"""Reminders to learn, as a file for the phone's own calendar that tells nothing of this site."""
