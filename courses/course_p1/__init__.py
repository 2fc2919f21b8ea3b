"""Safe work, safe journey: four very short lessons, open to all."""
