"""Which portfolio is meant, and that some things are only a portfolio's."""

from typing import Annotated

from pydantic import Field

from assembla_tools.framework.arguments import Reference
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused

PORTFOLIO = Field(min_length=1, max_length=100, description="The portfolio's subdomain, else the configured one.")
PortfolioRef = Annotated[str | None, PORTFOLIO]
"""A portfolio where there may be none. `only_in_portfolio` is the reference where there must be one."""


def chosen_portfolio(api: Api, portfolio: str | None, what: str) -> str:
    """The portfolio that is given or configured. `INVALID` where there is none, as `what` is only a portfolio's."""
    chosen = portfolio or api.portfolio
    if chosen is None:
        raise Refused(
            "INVALID", f"portfolio: {what} only in a portfolio; give its subdomain, or set ASSEMBLA_PORTFOLIO."
        )
    return chosen


def only_in_portfolio(what: str) -> Reference:
    """Says of a parameter that it is the portfolio given or configured, without which there is no `what`."""

    async def resolve(api: Api, portfolio: str | None) -> str:
        return chosen_portfolio(api, portfolio, what)

    return Reference(resolve, default=None)
