"""Counter-trafficking, module 3: the first conversation."""
