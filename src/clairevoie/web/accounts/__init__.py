"""Accounts: people, the organisations in whose name they speak, and their roles."""
