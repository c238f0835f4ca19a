"""Views of the register: they only translate between HTTP and the services."""
