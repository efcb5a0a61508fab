"""A transport for looking at what the API sends: of each list one short page, and each answer kept as plain JSON.

What the models make of an answer is decided as ever; what they leave out or stumble over can be seen here beside it.
"""

from dataclasses import dataclass
from typing import TypeVar

from assembla_client.models import Model
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.decoding import Oddities, decode_plain
from assembla_client.transport.endpoint import Target
from assembla_client.transport.pagination import Enough
from assembla_client.transport.request import Params, Reply

M = TypeVar("M", bound=Model)

SHORT_PAGE = 10


@dataclass(frozen=True)
class Sample:
    """One answer as it was sent, and the model that its objects are read with."""

    model: type[Model]
    sent: object


class SamplingTransport(Transport):
    """Reads like its base, but never the whole of a long list. `samples` holds the answers, in order.

    An answer is kept before it is read, so that one which no model can read is there too.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.samples: list[Sample] = []

    async def pages(
        self,
        model: type[M],
        target: Target,
        params: Params = (),
        *,
        expect: int | None = None,
        enough: Enough[M] | None = None,
        fresh: bool = False,
    ) -> list[M]:
        """GET the first SHORT_PAGE records of a paged list."""
        return await self.many(model, target, (*params, ("page", "1"), ("per_page", str(SHORT_PAGE))))

    def _note(self, oddities: Oddities) -> None:
        self.oddities.add(oddities)  # whoever looks at samples tells what is odd about them better than a log

    async def _ask(self, model: type[Model], target: Target, params: Params, *, fresh: bool = False) -> Reply:
        reply = await super()._ask(model, target, params, fresh=True)
        self.samples.append(Sample(model, decode_plain(reply)))
        return reply
