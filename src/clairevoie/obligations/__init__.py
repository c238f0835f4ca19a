"""The law on public algorithms as code: for now, the time limits that letters print."""
