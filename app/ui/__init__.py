"""The window, the overlay and the transcript: all the Qt there is."""
