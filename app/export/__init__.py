"""Transcripts to files: one pure writer a format."""
