"""Pure picture and request code: Python and Pillow only, no Qt, no Krita, no network."""
