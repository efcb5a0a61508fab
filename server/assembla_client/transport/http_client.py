"""The HTTP client for one API, with the proxies and certificates of the environment, checked before anything is sent.

httpx2 reads the same variables; what is wrong with one is named here, as httpx2 would only say that it stumbled.
"""

import os
import ssl
from collections.abc import Iterator
from urllib.request import getproxies

import httpx2

from assembla_client.errors import Misconfigured
from assembla_client.loopback import is_loopback

_CONNECTIONS = httpx2.Limits(max_connections=100, max_keepalive_connections=40, keepalive_expiry=60.0)
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
_HIGHEST_PORT = 65_535
_ADVICE = "Correct it where this program is started, or unset it."


def new_http_client(api_url: str) -> httpx2.AsyncClient:
    """Make a client for that API. Raises Misconfigured, naming the variable, where the environment cannot be used.

    A loopback API is never asked through a proxy: what is sent there is not encrypted.
    """
    url = httpx2.URL(api_url)
    direct = is_loopback(url.host)
    if not direct:
        _check_proxies()
    try:
        return httpx2.AsyncClient(
            limits=_CONNECTIONS,
            timeout=None,
            verify=_certificates(from_environment=url.scheme == "https"),
            trust_env=not direct,
        )
    except (ValueError, httpx2.InvalidURL):
        raise Misconfigured("The proxy settings of this system cannot be used.", advice=_ADVICE) from None


def network_settings(api_url: str) -> list[str]:
    """The variables that decide how that API is reached, those that are set. Raises as `new_http_client` does."""
    url = httpx2.URL(api_url)
    proxies = [] if is_loopback(url.host) else list(_check_proxies())
    certificates = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
    if url.scheme != "https" or certificates is None:
        return proxies
    _certificates(from_environment=True)
    return [*proxies, certificates]


def _check_proxies() -> list[str]:
    """The variables that name proxies. Raises Misconfigured for the first that names none which can be used."""
    proxies = getproxies()
    if "*" in (host.strip() for host in proxies.get("no", "").split(",")):
        return []
    found = [(_variable(scheme), proxies[scheme]) for scheme in ("http", "https", "all") if proxies.get(scheme)]
    for name, value in found:
        _check_proxy(name, value if "://" in value else f"http://{value}")
    return [name for name, _ in found]


def _check_proxy(name: str, value: str) -> None:
    scheme = value.partition("://")[0].lower()
    if scheme not in _PROXY_SCHEMES:
        raise _misconfigured(name, f"names a proxy of a kind that is not known here: use {', '.join(_PROXY_SCHEMES)}")
    try:
        url = httpx2.Proxy(value).url
        is_address = bool(url.host) and (url.port or 0) <= _HIGHEST_PORT
    except (ValueError, httpx2.InvalidURL):
        is_address = False
    if not is_address:
        raise _misconfigured(name, "is no address of a proxy, such as http://HOST:PORT")


def _variable(scheme: str) -> str:
    """Which variable `getproxies` has read: the one in small letters comes first."""
    name = f"{scheme}_proxy"
    return name if os.environ.get(name) else next((each for each in os.environ if each.lower() == name), name.upper())


def _certificates(*, from_environment: bool) -> ssl.SSLContext:
    """The certificates to trust: those of SSL_CERT_FILE or SSL_CERT_DIR where one is set, else the system's."""
    if from_environment:
        for problem in _certificate_problems():
            raise problem
    try:
        return httpx2.create_ssl_context(trust_env=from_environment)
    except OSError as error:
        # The only other file that a context opens is the one that keys are logged to.
        raise _misconfigured("SSLKEYLOGFILE", f"cannot be used ({error.strerror})") from None


def _certificate_problems() -> Iterator[Misconfigured]:
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        except ssl.SSLError:
            yield _misconfigured("SSL_CERT_FILE", "names a file without certificates")
        except OSError as error:
            yield _misconfigured("SSL_CERT_FILE", f"names a file that cannot be read ({error.strerror})")
    elif folders and not any(os.path.isdir(each) for each in folders.split(os.pathsep)):
        yield _misconfigured("SSL_CERT_DIR", "names no folder")


def _misconfigured(name: str, why: str) -> Misconfigured:
    return Misconfigured(f"The environment variable {name} {why}.", advice=_ADVICE)
