"""Files of a pack, wherever they come from, and what is said about them."""
