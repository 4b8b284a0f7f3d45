"""What a person can act on: the command line shows it as it reads, without a traceback."""


class Trouble(Exception):
    """Something outside this program is not as it must be; the message says what and the remedy."""
