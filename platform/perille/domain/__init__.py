"""Pure rules of learning; the standard library only.

Nothing here asks a clock, a database, a language or a request: what a rule needs is given to it, so that each can be tried in a line
(`tests/test_examples.py` runs the examples). `course` and `content` are a course without and with its words, `item` the vocabulary of
question types, `assessment`, `selection` and `scoring` tests, `progress` what counts as done, `fact` dated values with a source.
"""
