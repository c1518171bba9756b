"""Stand-ins for the sound card and the recognizer, for tests of what lies between them."""
