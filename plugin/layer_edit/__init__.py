"""Layer Edit for Krita. Outside Krita this is an ordinary package without Qt."""
