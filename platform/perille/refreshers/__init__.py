"""Refreshers: a short quiz that lets a certificate for professionals count longer."""
