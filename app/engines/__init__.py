"""Frames to events: the embedded engine, and the services behind a web socket."""
