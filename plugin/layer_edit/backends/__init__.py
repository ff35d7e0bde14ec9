"""Edit backends: one module or package per service behind the protocol of `base`."""
