"""Counter-trafficking, module 4: referral, with lessons for six countries."""
