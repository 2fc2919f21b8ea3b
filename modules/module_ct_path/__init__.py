"""Path for social workers and municipal staff: modules 1 to 5."""
