"""One decision explained: what counted, what would change it, in plain words (R.311-3-1-2)."""
