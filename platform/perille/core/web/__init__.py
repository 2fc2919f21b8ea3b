"""What every page needs: cache, static files, repaired addresses."""
