"""What people with an account agreed to, for each purpose by itself."""
