"""From a loaded pack to a compiled one, without side effects."""
