"""What is told of a policy that raises."""

from os.path import dirname

_SDK = f"{dirname(__file__)}/"
_PROJECT = f"{dirname(dirname(__file__))}/"


def fault(error: BaseException) -> str:
    """Type and message, and the innermost line of the project on the way to it."""
    text = f"{type(error).__name__}: {error}".removesuffix(": ")
    place = ""
    trace = error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_PROJECT) and not file.startswith(_SDK):
            place = f" ({file.removeprefix(_PROJECT)}:{trace.tb_lineno})"
        trace = trace.tb_next
    return text + place
