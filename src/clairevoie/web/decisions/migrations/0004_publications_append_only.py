"""The database refuses to change or to forget a published replay, and to forget any replay."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "decisions_replaypublication"
KEPT = "decisions_replay"

SQLITE = [
    f"""
    CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN
        SELECT RAISE(ABORT, '{table} is append-only');
    END
    """
    for table, verb in ((TABLE, "UPDATE"), (TABLE, "DELETE"), (KEPT, "DELETE"))
]
POSTGRESQL = [
    f"""
    CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION decisions_append_only()
    """,
    f"""
    CREATE TRIGGER {KEPT}_never_deleted BEFORE DELETE ON {KEPT}
    FOR EACH ROW EXECUTE FUNCTION decisions_append_only()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION decisions_append_only()
        """
        for table in (TABLE, KEPT)
    ),
]


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies = [("decisions", "0003_replays")]
    operations = [migrations.RunPython(forwards)]
