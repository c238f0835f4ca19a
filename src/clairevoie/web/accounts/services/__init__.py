"""What can be done with accounts. Nothing else writes to their tables.

`organisations` makes organisations and moves people in and out of them, `invitations` lets people
in, `people` keeps their passwords and sessions, `tokens` their keys to the API, `limits` counts.
"""

from __future__ import annotations

from clairevoie.web.accounts.services.invitations import (
    Invited,
    accept_invitation,
    invite,
    open_invitation,
    revoke_invitation,
)
from clairevoie.web.accounts.services.organisations import (
    change_role,
    create_operator,
    create_organisation,
    remove_member,
)
from clairevoie.web.accounts.services.people import (
    change_password,
    clear_expired,
    close_account,
    close_other_sessions,
    create_account,
    password_link,
    use_password_link,
    user_of_link,
)
from clairevoie.web.accounts.services.tokens import actor_of_token, create_token, revoke_token

__all__ = [
    "Invited",
    "accept_invitation",
    "actor_of_token",
    "change_password",
    "change_role",
    "clear_expired",
    "close_account",
    "close_other_sessions",
    "create_account",
    "create_operator",
    "create_organisation",
    "create_token",
    "invite",
    "open_invitation",
    "password_link",
    "remove_member",
    "revoke_invitation",
    "revoke_token",
    "use_password_link",
    "user_of_link",
]
