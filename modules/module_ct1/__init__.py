"""Counter-trafficking, module 1: what it is."""
