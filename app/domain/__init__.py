"""Pure values and rules: no Qt, no asyncio, no clock, no files."""
