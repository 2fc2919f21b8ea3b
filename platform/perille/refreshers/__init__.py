"""Refreshers: a quiz that lets a certificate for professionals count longer, and two spaced questions a week for who asks for them."""
