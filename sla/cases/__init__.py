"""Cases that an agreement is held to: short stories in a file, and what each must come to."""
