"""Which portfolio is meant, and that some things are only a portfolio's."""

from typing import Annotated

from pydantic import Field

from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused

PortfolioRef = Annotated[
    str | None, Field(min_length=1, max_length=100, description="The portfolio's subdomain, else the configured one.")
]


def the_portfolio(api: Api, portfolio: str | None, what: str) -> str:
    """The portfolio that is given or configured. `INVALID` where there is none, as `what` is only a portfolio's."""
    chosen = portfolio or api.portfolio
    if chosen is None:
        raise Refused(
            "INVALID", f"portfolio: {what} only in a portfolio; give its subdomain, or set ASSEMBLA_PORTFOLIO."
        )
    return chosen
