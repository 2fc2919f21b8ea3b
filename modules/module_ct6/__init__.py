"""Counter-trafficking, module 6: children and young people."""
