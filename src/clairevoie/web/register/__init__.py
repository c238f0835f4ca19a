"""The register's pages and services."""
