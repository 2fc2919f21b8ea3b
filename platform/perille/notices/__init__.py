"""E-mails: an outbox, the job that sends it, and the page on which a person switches a kind off."""
