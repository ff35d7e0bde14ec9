"""The docker's widgets: they show the session's state and emit wishes, nothing more."""
