"""Clients that come with a token of an OpenID provider, beside those with a key and a secret."""
