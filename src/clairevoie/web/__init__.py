"""The upper floor: the Django site and API that serve what the ground floor computes."""
