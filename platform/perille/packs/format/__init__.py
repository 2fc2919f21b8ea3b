"""The pack format: manifest, lessons, items, facts, media and catalogues, read and checked one by one."""
