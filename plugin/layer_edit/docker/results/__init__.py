"""The results of all edits: list, thumbnails, details, and what can be done with each."""
