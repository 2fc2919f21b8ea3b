"""How pages look, as each reader chooses it."""
