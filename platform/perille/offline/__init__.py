"""Pages and courses on the phone, for when there is no line."""
