"""Pages of organisations: their people and results, invitations, tables of people, reports, and one's own account and modules.

Accounts, roles and the audit table are `people`, which knows nothing of what somebody learned. This feature stands above it and above
what people do: tests, certificates, agreements, progress that an account keeps.
"""
