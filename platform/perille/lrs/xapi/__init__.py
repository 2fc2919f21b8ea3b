"""The specification: statements and their parts, parsed and checked. Imports neither the database nor Flask.

Clauses are those of xAPI 1.0.3: "Data 2.4.3" is part two of the specification, "Communication 2.1" part three. What differs in 2.0 (IEEE
9274.1.1) is said where it does. `parsing` reads a body into `ParsedStatement`s; `statement`, `activities` and `actors` are the structs
with their rules; `validators` the small formats; a broken rule is a `RuleViolation` with the place in the statement, which becomes a 400.
`ifi` says when two agents are one, `equivalence` when two statements are.
"""
