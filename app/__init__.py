"""Surtitle: captions for what is being said, on screen, while it is said."""

__version__ = "0.1.0"
