"""SQL statements said in a few words, the same on every database."""

import re

IGNORED = {"PRAGMA", "SET", "SHOW", "EXPLAIN"}
QUOTED = re.compile(r"'(?:[^']|'')*'")
PARENTHESES = re.compile(r"\([^()]*\)")
HOLE = " ¤ "
INDEXED = {"register_searchindex": "register_searchentry"}
"""SQLite keeps a full-text index as a table of its own; it is named after what it indexes."""
NAME = r'[`"\[]?(\w+)[`"\]]?'
TABLE = {
    "SELECT": re.compile(rf"\bFROM\s+{NAME}", re.IGNORECASE),
    "DELETE": re.compile(rf"\bFROM\s+{NAME}", re.IGNORECASE),
    "INSERT": re.compile(rf"\bINTO\s+{NAME}", re.IGNORECASE),
    "UPDATE": re.compile(rf"\bUPDATE\s+(?:ONLY\s+)?{NAME}", re.IGNORECASE),
}


def describe(sql: str) -> str | None:
    """The verb and the main table of a statement; None for what is no query of ours."""
    text = QUOTED.sub("''", sql).strip()
    verb = text.lstrip("( ").split(None, 1)[0].upper()
    if verb in IGNORED:
        return None
    if verb == "WITH":
        # The statement proper is what is left once the common table expressions are taken out.
        left = outside_parentheses(text)
        found = re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b", left, re.IGNORECASE)
        verb, text = (found.group(1).upper(), left[found.start() :]) if found else (verb, left)
    if verb == "RELEASE":
        return "RELEASE SAVEPOINT"
    if verb not in TABLE:
        return verb
    pattern = TABLE[verb]
    found = pattern.search(outside_parentheses(text)) or pattern.search(text)
    if not found:
        return verb
    table = found.group(1)
    return f"{verb} {INDEXED.get(table, table)}"


def outside_parentheses(text: str) -> str:
    """A statement with a hole for each parenthesis: sub-query, function, list of values."""
    while (shorter := PARENTHESES.sub(HOLE, text)) != text:
        text = shorter
    return text


def summary(statements: list[str]) -> str:
    """The statements of a block, counted, one a line."""
    lines = [line for sql in statements if (line := describe(sql))]
    return "\n".join([f"queries: {len(lines)}", *(f"  {line}" for line in lines)])
