"""What the database itself holds: append-only history, the clock's row, the full-text index.

On SQLite the index is an FTS5 table over `SearchEntry`, kept in step by triggers; a later migration
that alters `SearchEntry` on SQLite must create these triggers again, since Django then makes the
table anew. On PostgreSQL it is a GIN index over an expression.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

APPEND_ONLY = (
    "register_statement",
    "register_source",
    "register_event",
    "register_moderation",
    "register_reply",
)

PERMANENT = ("register_system", "register_publicbody")
"""Tables whose rows stay, under the identifier that they were given."""

SQLITE_SEARCH = (
    """
    CREATE VIRTUAL TABLE register_searchindex USING fts5(
        title_tokens, text_tokens,
        content='register_searchentry', content_rowid='system_id',
        tokenize='unicode61 remove_diacritics 0', detail='column'
    )
    """,
    """
    CREATE TRIGGER register_search_insert AFTER INSERT ON register_searchentry BEGIN
        INSERT INTO register_searchindex(rowid, title_tokens, text_tokens)
        VALUES (new.system_id, new.title_tokens, new.text_tokens);
    END
    """,
    """
    CREATE TRIGGER register_search_update
    AFTER UPDATE OF title_tokens, text_tokens ON register_searchentry BEGIN
        INSERT INTO register_searchindex(register_searchindex, rowid, title_tokens, text_tokens)
        VALUES ('delete', old.system_id, old.title_tokens, old.text_tokens);
        INSERT INTO register_searchindex(rowid, title_tokens, text_tokens)
        VALUES (new.system_id, new.title_tokens, new.text_tokens);
    END
    """,
    """
    CREATE TRIGGER register_search_delete AFTER DELETE ON register_searchentry BEGIN
        INSERT INTO register_searchindex(register_searchindex, rowid, title_tokens, text_tokens)
        VALUES ('delete', old.system_id, old.title_tokens, old.text_tokens);
    END
    """,
)
POSTGRESQL_SEARCH = (
    """
    CREATE INDEX register_search_all ON register_searchentry
    USING gin (to_tsvector('simple', title_tokens || ' ' || text_tokens))
    """,
    """
    CREATE INDEX register_search_title ON register_searchentry
    USING gin (to_tsvector('simple', title_tokens))
    """,
)


def _statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        guards = [
            f"""
            CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN
                SELECT RAISE(ABORT, '{table} is append-only');
            END
            """
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        ]
        guards += [
            f"""
            CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} BEGIN
                SELECT RAISE(ABORT, '{table}: identifiers are permanent');
            END
            """
            for table in PERMANENT
            for name, act in (("no_delete", "DELETE"), ("no_rename", "UPDATE OF slug"))
        ]
        return [*guards, *SQLITE_SEARCH]
    guards = [
        """
        CREATE FUNCTION register_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
        """
    ]
    guards += [
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION register_append_only()
        """
        for table in APPEND_ONLY
    ]
    guards += [
        f"""
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION register_append_only()
        """
        for table in APPEND_ONLY
    ]
    guards.append(
        """
        CREATE FUNCTION register_permanent() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '%: identifiers are permanent', TG_TABLE_NAME; END $$
        """
    )
    guards += [
        f"""
        CREATE TRIGGER {table}_{name} BEFORE {act} ON {table}
        FOR EACH ROW EXECUTE FUNCTION register_permanent()
        """
        for table in PERMANENT
        for name, act in (("no_delete", "DELETE"), ("no_rename", "UPDATE OF slug"))
    ]
    return [*guards, *POSTGRESQL_SEARCH]


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create triggers and index, and start the clock."""
    for statement in _statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)
    apps.get_model("register", "RegisterClock").objects.create(pk=1, value=0)


class Migration(migrations.Migration):
    """Append-only triggers, full-text index, clock."""

    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
