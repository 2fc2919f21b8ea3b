"""A course as one learner meets it: which edition, where its pages are, what is recorded of it. No page is made here."""
