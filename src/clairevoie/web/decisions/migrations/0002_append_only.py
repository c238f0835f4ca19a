"""The database refuses to change or to forget an edition, and to rename what it is an edition of."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "decisions_journaledition"
PERMANENT = "decisions_journal"

SQLITE = [
    *(
        f"""
        CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} BEGIN
            SELECT RAISE(ABORT, '{TABLE} is append-only');
        END
        """
        for verb in ("UPDATE", "DELETE")
    ),
    *(
        f"""
        CREATE TRIGGER {PERMANENT}_{name} BEFORE {act} ON {PERMANENT} BEGIN
            SELECT RAISE(ABORT, '{PERMANENT}: identifiers are permanent');
        END
        """
        for name, act in (("no_delete", "DELETE"), ("no_rename", "UPDATE OF slug"))
    ),
]
POSTGRESQL = [
    """
    CREATE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    f"""
    CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION decisions_append_only()
    """,
    f"""
    CREATE TRIGGER {TABLE}_never_emptied BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_append_only()
    """,
    """
    CREATE FUNCTION decisions_permanent() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%: identifiers are permanent', TG_TABLE_NAME; END $$
    """,
    *(
        f"""
        CREATE TRIGGER {PERMANENT}_{name} BEFORE {act} ON {PERMANENT}
        FOR EACH ROW EXECUTE FUNCTION decisions_permanent()
        """
        for name, act in (("no_delete", "DELETE"), ("no_rename", "UPDATE OF slug"))
    ),
]


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies = [("decisions", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
