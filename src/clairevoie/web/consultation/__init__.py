"""What people ask of public bodies, and what these answer."""
