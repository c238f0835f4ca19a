"""The database refuses to change or to forget votes, proposals, decisions; nor a used code."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = (
    "consultation_consultation",
    "consultation_closing",
    "consultation_participation",
    "consultation_proposal",
    "consultation_decision",
    "consultation_vote",
)
KEPT = ("consultation_invitation", "consultation_proposalcount")
CODE = "consultation_invitation"
CHANGED = """
    NEW.id <> OLD.id OR NEW.consultation_id <> OLD.consultation_id OR NEW.digest <> OLD.digest
    OR (OLD.used AND NOT NEW.used)
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
            *((table, "DELETE") for table in KEPT),
        )
    ),
    f"""
    CREATE TRIGGER {CODE}_used_once BEFORE UPDATE ON {CODE} WHEN {CHANGED} BEGIN
        SELECT RAISE(ABORT, '{CODE} is append-only');
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
    *(
        f"""
        CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION consultation_append_only()
        """
        for table in KEPT
    ),
    f"""
    CREATE TRIGGER {CODE}_used_once BEFORE UPDATE ON {CODE}
    FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION consultation_append_only()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION consultation_append_only()
        """
        for table in (*TABLES, *KEPT)
    ),
]


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies = [("consultation", "0003_consultations")]
    operations = [migrations.RunPython(forwards)]
