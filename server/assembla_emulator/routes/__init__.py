"""The endpoints, one module per resource kind, each with a `routes`. A module put here is served.

What several kinds read from a request lies in the folder `queries`, which is not served.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from assembla_emulator.routing import Routes


def every_kind() -> Iterator[Routes]:
    """The declared endpoints of all modules in this folder."""
    for found in sorted(module.name for module in iter_modules(__path__) if not module.ispkg):
        routes = import_module(f"{__name__}.{found}").routes
        assert isinstance(routes, Routes), f"{found} declares no routes"
        yield routes
