"""The plugin's only door to Krita. Everything in here runs on the main thread."""
