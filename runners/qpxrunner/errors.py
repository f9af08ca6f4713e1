"""Errors that end a trial with one line."""


class TrialError(Exception):
    """The trial cannot be carried out; the text is the reason, one line."""
