"""What is raised for a case that says something this adapter has no translation for."""


class Unreadable(ValueError):
    """The case cannot be put to the core; the message names the field and what is taken."""
