"""How long what is kept, and how it goes."""
