"""How one decision is found and explained. Nothing is written: there is no model here."""
