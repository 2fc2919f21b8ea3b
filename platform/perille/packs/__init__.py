"""Packs: folders of text files, found, checked, compiled and kept."""
