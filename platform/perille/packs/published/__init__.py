"""Published packs as pages read them."""
