"""People who share a phone, and learners who keep their progress in an account."""
