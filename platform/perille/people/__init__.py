"""Accounts, organisations, and who may do what.

Learners need no account and have none: they are rows of `enrolment`, and `profiles` is the only place where the two meet. An account has
roles by its memberships, in an organisation each but an administrator's (`memberships`). What a role lets one do stands in one table
(`permissions`); views ask it with `require(Action.X)`. How somebody signs in is `sign_in`; what was done with rights is `audit`, which
names no learner.
"""
