"""In the place of upstream's package."""
