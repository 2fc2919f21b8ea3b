"""Staff accounts: one-time sign-in links, sessions, the audit table."""
