"""What outlives the program: the journal of each session, and opening it again."""
