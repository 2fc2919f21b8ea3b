"""Counter-trafficking, module 8: afterwards."""
