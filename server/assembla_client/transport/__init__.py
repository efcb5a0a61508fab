"""From an endpoint and its parameters to a model: request, rate limit, sign-in, retries, decoding."""
