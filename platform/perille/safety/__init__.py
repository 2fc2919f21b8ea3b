"""The safety shell: quick exit, help, privacy."""
