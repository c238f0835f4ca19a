"""The database refuses to change or to forget what was published, said or allowed, or any run."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = (
    "audit_journalaccess",
    "audit_publishedaudit",
    "audit_auditreply",
    "audit_auditmoderation",
)
KEPT = "audit_auditrun"

SQLITE = [
    f"""
    CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN
        SELECT RAISE(ABORT, '{table} is append-only');
    END
    """
    for table, verb in (
        *((table, verb) for table in TABLES for verb in ("UPDATE", "DELETE")),
        (KEPT, "DELETE"),
    )
]
POSTGRESQL = [
    """
    CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION audit_append_only()
        """
        for table in TABLES
    ),
    f"""
    CREATE TRIGGER {KEPT}_never_deleted BEFORE DELETE ON {KEPT}
    FOR EACH ROW EXECUTE FUNCTION audit_append_only()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
        """
        for table in (*TABLES, KEPT)
    ),
]


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
