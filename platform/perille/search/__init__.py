"""Search over lessons, words, errands and contacts, in the reader's language and script; the A to Z of offices.

What is looked for is in no address, no log and no table: somebody who looks for violence on a shared phone leaves no trace of it.
"""
