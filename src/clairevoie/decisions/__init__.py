"""Decision journals: declared, opened, checked, pseudonymised, and replayed against the rules."""
