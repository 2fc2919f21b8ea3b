"""Sentences to show at a counter, in the language of the country above the reader's."""
