"""Tools for authors: scaffold, catalogues, role-play graphs."""
