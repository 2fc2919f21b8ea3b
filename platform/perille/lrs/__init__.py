"""The embedded Learning Record Store: xAPI 1.0.3 and 2.0 on SQLite and PostgreSQL. It knows xAPI and nothing of courses."""
