"""The database refuses to forget what was declared, and to change anything but counts that grow."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("consultation_populationcategory", "consultation_populationanswered")
COUNTS = "consultation_populationfeature"
CHANGED = """
    NEW.id <> OLD.id OR NEW.category_id <> OLD.category_id OR NEW.rank <> OLD.rank
    OR NEW.name <> OLD.name OR NEW.share <> OLD.share
    OR NEW.count < OLD.count OR NEW.told < OLD.told
"""

SQLITE = [
    *(
        f"""
        CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN
            SELECT RAISE(ABORT, '{table} is append-only');
        END
        """
        for table, verb in (
            *((table, verb) for table in TABLES for verb in ("UPDATE", "DELETE")),
            (COUNTS, "DELETE"),
        )
    ),
    f"""
    CREATE TRIGGER {COUNTS}_only_grows BEFORE UPDATE ON {COUNTS} WHEN {CHANGED} BEGIN
        SELECT RAISE(ABORT, '{COUNTS} is append-only');
    END
    """,
]
POSTGRESQL = [
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION consultation_append_only()
        """
        for table in TABLES
    ),
    f"""
    CREATE TRIGGER {COUNTS}_never_deleted BEFORE DELETE ON {COUNTS}
    FOR EACH ROW EXECUTE FUNCTION consultation_append_only()
    """,
    f"""
    CREATE TRIGGER {COUNTS}_only_grows BEFORE UPDATE ON {COUNTS}
    FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION consultation_append_only()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION consultation_append_only()
        """
        for table in (*TABLES, COUNTS)
    ),
]


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Counts that grow, and nothing else."""

    dependencies = [("consultation", "0006_population")]
    operations = [migrations.RunPython(forwards)]
