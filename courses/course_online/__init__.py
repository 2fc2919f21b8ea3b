"""Starting to learn online: six practices by picture and sound, for people who are new to it."""
