"""The plugin that plays the user in a trial; only a folder for Krita, not part of its name."""
