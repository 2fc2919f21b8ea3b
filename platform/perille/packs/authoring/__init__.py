"""Tools for authors: scaffold, catalogues, pictures of files."""
