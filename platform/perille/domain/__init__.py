"""Pure rules of learning; the standard library only."""
