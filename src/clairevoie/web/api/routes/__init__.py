"""The operations of the API, by what they are about.

All belong to one router: an address that is both read and written is then one address.
"""

from __future__ import annotations

from ninja import Router

router = Router()
