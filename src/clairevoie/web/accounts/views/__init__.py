"""Pages of accounts: signing in and out, one's own account, one's organisations, invitations."""
