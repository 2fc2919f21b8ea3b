"""The Studio: authors make, check, review and publish packs in the browser."""
