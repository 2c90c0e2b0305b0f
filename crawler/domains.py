"""Which part of a host name somebody has registered, by the public suffix list that is installed.

Never connects: a newer list comes with a newer package.
"""

from __future__ import annotations

from tldextract import TLDExtract

# Private suffixes too: two blogs of one provider are two sites.
SUFFIXES = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def registered(host: str) -> str:
    """Return the registrable domain of a host name; empty when it has none, as an IP address."""
    return SUFFIXES(host).top_domain_under_public_suffix
