"""The specification: statements and their parts, parsed and checked. Imports neither the database nor Flask."""
