"""Addresses of the servers that newscite asks."""

from ipaddress import ip_address


def chat_base_url(url: str) -> str:
    """The address that "/chat/completions" is appended to; of a host without a path, its /v1."""
    url = url.strip().rstrip("/").removesuffix("/chat/completions")
    bare = "://" in url and "/" not in url.split("://", 1)[1]
    return f"{url}/v1" if bare else url


def on_this_machine(host: str) -> bool:
    """Whether a host's name or address is this machine's own, by itself and without a lookup."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
