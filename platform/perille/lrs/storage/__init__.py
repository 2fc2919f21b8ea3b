"""How statements and documents are stored, indexed and found."""
