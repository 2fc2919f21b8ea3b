"""Counter-trafficking, module 5: rights, recovery time, non-punishment and privacy."""
