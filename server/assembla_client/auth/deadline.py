"""Blocking work that may never return, such as a keyring that asks a person who is not there, ended by a deadline."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def run_within(wait_s: float, work: Callable[[], T]) -> T:
    """The result of `work`, or its error. Raises TimeoutError after `wait_s` seconds.

    What is given up goes on in a thread that does not keep the process from ending.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 # passed on: it is raised where the result is awaited
            done.set_exception(error)

    threading.Thread(target=run, name="deadline", daemon=True).start()
    return done.result(wait_s)
