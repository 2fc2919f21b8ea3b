"""Counter-trafficking, module 2: noticing signs."""
