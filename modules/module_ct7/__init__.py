"""Counter-trafficking, module 7: work and hiring."""
