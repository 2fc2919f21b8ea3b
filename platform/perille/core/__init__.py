"""What every part stands on: settings, database, languages, errors. Imports no feature."""
