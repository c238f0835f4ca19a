"""Signing in through an identity provider (OpenID Connect), ProConnect among them."""
