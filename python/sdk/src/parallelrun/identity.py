"""Credentials that nobody asks for: a home on this machine has no account. They are here so that `azure.identity` need not be installed."""

from __future__ import annotations

from typing import Any, NamedTuple


class AccessToken(NamedTuple):
    """A token that opens nothing."""

    token: str
    expires_on: int


class DefaultAzureCredential:
    """Takes what the class of `azure.identity` takes, and does nothing."""

    def __init__(self, **_: Any) -> None:
        pass

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """An empty token that does not expire."""
        return AccessToken("", 2**31)


class InteractiveBrowserCredential(DefaultAzureCredential):
    """Opens no browser."""


class AzureCliCredential(DefaultAzureCredential):
    """Starts no command."""


class ManagedIdentityCredential(DefaultAzureCredential):
    """Has no identity."""


__all__ = ["AccessToken", "AzureCliCredential", "DefaultAzureCredential", "InteractiveBrowserCredential", "ManagedIdentityCredential"]
