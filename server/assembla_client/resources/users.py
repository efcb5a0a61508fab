"""People: the User object and the endpoints that read it."""

from pydantic import Field

from assembla_client.models import Expected, Id, Model, absent
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint


class Messenger(Model):
    """An account at a messaging service."""

    type: str | None = Field(default_factory=absent, description="Service: Skype, Jabber, ICQ and the like")
    id: str | None = Field(default_factory=absent, description="Name there")


class User(Model):
    """A person. From `email` on, keys are there only where the signed-in user may see them."""

    id: Id
    login: Expected[str] = Field(
        default_factory=absent, description="Login name; an e-mail address for some invited people"
    )
    name: Expected[str] = Field(default_factory=absent, description="Full name")
    picture: str | None = Field(default_factory=absent, description="URL of a picture, empty for none")
    email: str | None = Field(default_factory=absent, description="E-mail address")
    organization: str | None = Field(default_factory=absent, description="Company or the like")
    phone: str | None = Field(default_factory=absent, description="Telephone number")
    im: Messenger | None = Field(default_factory=absent, description="First messenger account")
    im2: Messenger | None = Field(default_factory=absent, description="Second messenger account")

    @property
    def known_as(self) -> str:
        """The login, or what else there is to know the person by."""
        return self.login or self.name or self.id


ME = Endpoint(75, "GET", "/user", "the signed-in user")
USER = Endpoint(76, "GET", "/users/{user}", "user {user}", "user")
MEMBERS = Endpoint(78, "GET", "/spaces/{space}/users", "the list of users of space {space}", "list", cacheable=True)


class UsersAPI:
    """People: oneself, others, those of a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def me(self) -> User:
        """Fetch the signed-in user: also the cheapest check of a credential.

        GET /v1/user. Raises Unauthorized.
        """
        return await self._transport.one(User, ME())

    async def get(self, user: str) -> User:
        """Fetch one user by id or login.

        GET /v1/users/{user}. Raises NotFound where there is none or it is hidden from this user.
        """
        return await self._transport.one(User, USER(user=user))

    async def in_space(self, space: str, *, fresh: bool = False) -> list[User]:
        """Fetch the members of a space.

        GET /v1/spaces/{space}/users. Not paged. Empty: 204.
        """
        return await self._transport.many(User, MEMBERS(space=space), fresh=fresh)
