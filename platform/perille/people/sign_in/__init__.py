"""Signing in without a password: links, passkeys, authenticator apps, PINs, and the sign-in of an organisation."""
