"""The pages of the settings window, one module each."""
