"""The register: what is said of a system, by whom, where and when."""
