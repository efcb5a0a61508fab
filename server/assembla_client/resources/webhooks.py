"""Webhooks. The API reads none: what is here is what it answers when one is made (129)."""

from types import MappingProxyType

from pydantic import Field, JsonValue

from assembla_client.models import Expected, Instant, Model, NumberId

AUTHENTICATION_TYPES = MappingProxyType({1: "basic", 2: "oauth"})
HTTP_METHODS = MappingProxyType({0: "POST", 1: "GET"})


class Webhook(Model):
    """A webhook. Its OAuth secrets and tokens are not read, so that nothing can show them.

    `external_url` may hold a user and a password.
    """

    id: NumberId
    title: str | None = None
    enabled: Expected[bool] = None
    external_url: str | None = Field(default=None, repr=False)
    authentication_type: int | None = None
    http_method: int | None = None
    content_type: str | None = None
    content: str | None = None
    filters: JsonValue = None
    error_message: str | None = None
    last_success_at: Instant | None = None
    webhook_tool_id: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class WebhookAnswer(Model):
    """The answer to making a webhook, which alone of all objects comes wrapped."""

    webhook: Webhook
