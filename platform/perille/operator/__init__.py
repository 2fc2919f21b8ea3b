"""Who runs this site, what it offers, and its mail server: settings that an administrator changes on pages."""
