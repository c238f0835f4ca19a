"""From the text of an expression to its tree, types checked on the way.

A parser of our own, by precedence: the language has ``if … then … else`` and ``=``, which Python's
own parser does not read, a person needs sentences with a column instead of a syntax error, and a
published rule must not change meaning with the version of Python. Nothing is ever executed as code.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from clairevoie.rules.exact import MAX_DECIMALS, decimals_of
from clairevoie.rules.expressions.functions import FUNCTIONS, function_type
from clairevoie.rules.expressions.tokens import Token, refused, tokens_of
from clairevoie.rules.expressions.tree import (
    TABLES,
    TYPE_OF,
    Apply,
    Constant,
    Expression,
    Known,
    Name,
    Node,
    Type,
    categories_of,
)
from clairevoie.rules.model import RulesProblem

MAX_NESTING = 30
"""Parentheses, calls and ``if`` inside one another."""
MAX_DEPTH = 100
"""Levels of the tree: a sum of so many numbers, at most."""
MAX_DIGITS = 15
MAX_PLACES = 12
UNKNOWN_DECIMALS = 9
"""Decimals assumed of a ``decimal`` input of which only the type is known: the most it may have."""

COMPARED = ("=", "!=", "<", "<=", ">", ">=")
NAMES = {
    "number": "a number",
    "boolean": "true or false",
    "category": "a category",
    "date": "a date",
}


def parse(text: str, *, names: Mapping[str, str | Known]) -> Expression:
    """Read an expression and check it.

    Args:
        text: the expression.
        names: what it may read: for each name the type of an input (``integer``, ``decimal``,
            ``boolean``, ``category``, ``date``), ``parameter``, a kind of table, or a `Known`,
            which says more. A ``number`` (floating) cannot be read: expressions are exact.

    Raises:
        RulesProblem: with one sentence, which says the column.
    """
    return _Parser(text, {name: _known(given) for name, given in names.items()}).expression()


def _known(given: str | Known) -> Known:
    if isinstance(given, Known):
        return given
    decimals = UNKNOWN_DECIMALS if given in {"decimal", "parameter"} else 0
    return Known(given, decimals=decimals, optional=given != "parameter")


class _Parser:
    def __init__(self, text: str, names: Mapping[str, Known]) -> None:
        self.text = text
        self.names = names
        self.read: dict[str, None] = {}
        self.tokens = tokens_of(text)
        self.place = 0
        self.nesting = 0

    # --- moving on ---

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        token = self.next
        return token.kind in {"sign", "word"} and token.text in texts

    def want(self, text: str, after: str) -> Token:
        if self.at(text):
            return self.take()
        hint = ""
        if self.at(",") and self.tokens[self.place - 1].kind == "number":
            hint = " (the decimal sign is a point: 1.5)"
        raise refused(self.next.at, f"'{text}' is missing {after}, before {self.shown()}{hint}")

    def shown(self) -> str:
        return "the end" if self.next.kind == "end" else f"'{self.next.text[:40]}'"

    # --- the grammar, from what binds least to what binds most ---

    def expression(self) -> Expression:
        tree = self.whole()
        token = self.next
        if token.kind != "end":
            raise self.rest_refused(token)
        return Expression(
            text=self.text,
            tree=tree,
            names=tuple(self.read),
            type=_value_type(tree),
            decimals=tree.decimals if isinstance(tree, Apply | Name) else _constant_decimals(tree),
        )

    def rest_refused(self, token: Token) -> RulesProblem:
        if token.text == "," and self.tokens[self.place - 1].kind == "number":
            return refused(token.at, "the decimal sign is a point: write 1.5")
        if token.text in COMPARED:
            return refused(token.at, "compare two things at a time: write a < b and b < c")
        if token.text == ")":
            return refused(token.at, "this parenthesis closes nothing")
        return refused(
            token.at, f"an operation such as + or 'and' is missing before {self.shown()}"
        )

    def whole(self) -> Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise refused(
                self.next.at, f"more than {MAX_NESTING} levels of parentheses: make several steps"
            )
        found = self.choice() if self.at("if") else self.any_of()
        self.nesting -= 1
        return found

    def choice(self) -> Node:
        start = self.take()
        condition = self.typed(self.whole(), "boolean", "what follows 'if'")
        self.want("then", "after the condition of 'if'")
        first = self.whole()
        self.want("else", "after the first answer of 'if'")
        second = self.whole()
        if first.type != second.type:
            raise refused(
                start.at,
                f"both answers of 'if' must be of one type: here {NAMES[first.type]} and "
                f"{NAMES[second.type]}",
            )
        return self.apply("if", (condition, first, second), _value_type(first), start.at)

    def any_of(self) -> Node:
        left = self.all_of()
        while self.at("or"):
            sign = self.take()
            left = self.logical(sign, left, self.all_of())
        return left

    def all_of(self) -> Node:
        left = self.negation()
        while self.at("and"):
            sign = self.take()
            left = self.logical(sign, left, self.negation())
        return left

    def logical(self, sign: Token, left: Node, right: Node) -> Node:
        parts = (
            self.typed(left, "boolean", f"what stands before '{sign.text}'"),
            self.typed(right, "boolean", f"what stands after '{sign.text}'"),
        )
        return self.apply(sign.text, parts, "boolean", sign.at)

    def negation(self) -> Node:
        signs = []
        while self.at("not"):
            signs.append(self.take())
        found = self.comparison()
        for sign in reversed(signs):
            found = self.typed(found, "boolean", "what follows 'not'")
            found = self.apply("not", (found,), "boolean", sign.at)
        return found

    def comparison(self) -> Node:
        left = self.sum()
        if self.at("in", "not"):
            return self.membership(left)
        if not self.at(*COMPARED):
            return left
        sign = self.take()
        if self.at("="):
            raise refused(
                self.next.at, f"write '{sign.text}' alone ('=' compares, '>=' is 'at least')"
            )
        right = self.sum()
        kind = _value_type(left)
        if right.type != kind:
            raise refused(
                sign.at,
                f"'{sign.text}' compares {NAMES[kind]} with {NAMES[_value_type(right)]}: "
                "both must be of one type",
            )
        if kind in {"category", "boolean"} and sign.text not in {"=", "!="}:
            raise refused(sign.at, f"'{sign.text}' needs an order, which {NAMES[kind]} has not")
        if kind == "category":
            _check_categories(left, right)
            _check_categories(right, left)
        return self.apply(sign.text, (left, right), "boolean", sign.at)

    def membership(self, left: Node) -> Node:
        negated = self.at("not")
        if negated:
            self.take()
        sign = self.want("in", "after 'not'")
        self.want("(", "after 'in'")
        options = [self.option(left)]
        while self.at(","):
            self.take()
            options.append(self.option(left))
        self.want(")", "after the last value of 'in'")
        found = self.apply("in", (left, *options), "boolean", sign.at)
        return self.apply("not", (found,), "boolean", sign.at) if negated else found

    def option(self, left: Node) -> Node:
        token = self.next
        found = self.signed()
        if not (isinstance(found, Constant) or _is_negative_number(found)):
            raise refused(token.at, "'in' takes written values, such as ('a', 'b')")
        if found.type != left.type:
            raise refused(
                token.at,
                f"this is {NAMES[found.type]}, "
                f"what stands before 'in' is {NAMES[_value_type(left)]}",
            )
        _check_categories(found, left)
        return found

    def sum(self) -> Node:
        left = self.product()
        while self.at("+", "-"):
            sign = self.take()
            left = self.arithmetic(sign, left, self.product())
        return left

    def product(self) -> Node:
        left = self.signed()
        while self.at("*", "/"):
            sign = self.take()
            left = self.arithmetic(sign, left, self.signed())
        return left

    def arithmetic(self, sign: Token, left: Node, right: Node) -> Node:
        parts = (
            self.typed(left, "number", f"what stands before '{sign.text}'"),
            self.typed(right, "number", f"what stands after '{sign.text}'"),
        )
        return self.apply(sign.text, parts, "number", sign.at)

    def signed(self) -> Node:
        signs = []
        while self.at("-"):
            signs.append(self.take())
            if len(signs) > 1:
                raise refused(signs[-1].at, "two minus signs in a row")
        found = self.primary()
        for sign in signs:
            found = self.apply(
                "neg", (self.typed(found, "number", "what follows '-'"),), "number", sign.at
            )
        return found

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "category":
            return Constant(token.text[1:-1], "category", token.at)
        if token.kind == "word" and token.text in {"true", "false"}:
            return Constant(token.text == "true", "boolean", token.at)
        if token.kind == "name":
            return self.call(token) if self.at("(") else self.value_name(token)
        if token.text == "(":
            found = self.whole()
            self.want(")", "after what the parenthesis holds")
            return found
        self.place -= 1
        if token.text == "if":
            raise refused(token.at, "put this 'if' between parentheses")
        raise refused(token.at, f"a value is missing before {self.shown()}")

    def number(self, token: Token) -> Constant:
        whole, _, places = token.text.partition(".")
        if whole.startswith("0") and len(whole) > 1:
            raise refused(
                token.at, "a number has no 0 before it (a date is written date(2024, 1, 31))"
            )
        if len(whole) > MAX_DIGITS or len(places) > MAX_PLACES:
            raise refused(
                token.at,
                f"a number has at most {MAX_DIGITS} digits before the point and {MAX_PLACES} after",
            )
        return Constant(Decimal(token.text), "number", token.at)

    # --- names and calls ---

    def known(self, token: Token) -> Known:
        found = self.names.get(token.text)
        if found is None:
            close = difflib.get_close_matches(token.text, [*self.names, *FUNCTIONS], n=1)
            hint = f"did you mean '{close[0]}'?" if close else _listed(self.names)
            raise refused(token.at, f"there is no '{token.text[:60]}' here: {hint}")
        if found.kind not in TYPE_OF and found.kind not in TABLES:
            raise refused(
                token.at,
                f"'{token.text}' is of type {found.kind}: an expression is exact, "
                "declare it as decimal",
            )
        self.read[token.text] = None
        return found

    def value_name(self, token: Token) -> Name:
        if token.text in FUNCTIONS and token.text not in self.names:
            raise refused(
                token.at, f"'{token.text}' is a function: write {FUNCTIONS[token.text].usage}"
            )
        known = self.known(token)
        if known.kind in TABLES:
            use = "pick(…)" if known.kind == "values" else "marginal(…) or band(…)"
            raise refused(token.at, f"'{token.text}' is a table of the rules: it is read by {use}")
        return Name(token.text, TYPE_OF[known.kind], known.decimals, known.categories, token.at)

    def call(self, token: Token) -> Node:
        if token.text == "date":
            return self.date(token)
        function = FUNCTIONS.get(token.text)
        if function is None:
            close = difflib.get_close_matches(token.text, FUNCTIONS, n=1)
            hint = f"did you mean '{close[0]}'?" if close else _listed(FUNCTIONS)
            raise refused(token.at, f"there is no function '{token.text[:60]}': {hint}")
        self.take()
        parts: list[Node] = []
        while not self.at(")"):
            if parts:
                self.want(",", f"between the parts of {token.text}(…)")
            parts.append(self.argument(function.table_at == len(parts)))
        self.take()
        if not function.fewest <= len(parts) <= function.most:
            raise refused(token.at, f"{token.text} is written {function.usage}")
        kind = function_type(function, parts, token.at, self.names)
        return self.apply(token.text, tuple(parts), kind, token.at)

    def argument(self, is_table: bool) -> Node:
        token = self.next
        if not is_table:
            return self.whole()
        if token.kind != "name":
            raise refused(
                token.at, f"the name of a table of the rules is wanted here, not {self.shown()}"
            )
        self.take()
        known = self.known(token)
        for kind in TABLES:
            if known.kind == kind:
                return Name(token.text, kind, known.decimals, None, token.at)  # type: ignore[arg-type]
        raise refused(
            token.at, f"'{token.text}' is {NAMES[TYPE_OF[known.kind]]}, not a table of the rules"
        )

    def date(self, token: Token) -> Constant:
        self.take()
        numbers = []
        for index in range(3):
            if index:
                self.want(",", "between year, month and day")
            part = self.next
            if part.kind != "number" or "." in part.text or len(part.text) > 4:
                raise refused(part.at, "a date is written date(2024, 1, 31)")
            numbers.append(int(self.take().text))
        self.want(")", "after the day of the date")
        try:
            return Constant(date(*numbers), "date", token.at)
        except ValueError:
            raise refused(
                token.at, f"there is no such day as {'-'.join(str(one) for one in numbers)}"
            ) from None

    # --- the tree ---

    def typed(self, node: Node, kind: Type, what: str) -> Node:
        if node.type != kind:
            raise refused(node.at, f"{what} must be {NAMES[kind]}, not {NAMES[_value_type(node)]}")
        return node

    def apply(self, sign: str, parts: tuple[Node, ...], kind: Type, at: int) -> Apply:
        depth = 1 + max(part.depth if isinstance(part, Apply) else 0 for part in parts)
        if depth > MAX_DEPTH:
            raise refused(
                at, f"more than {MAX_DEPTH} operations in a row: make several steps of it"
            )
        decimals = _decimals(sign, parts) if kind == "number" else 0
        if decimals > MAX_DECIMALS:
            raise refused(
                at, f"this could have more than {MAX_DECIMALS} decimals: round in between"
            )
        return Apply(sign, parts, kind, decimals, depth, at)


def _value_type(node: Node) -> Type:
    if node.type in TABLES:
        raise AssertionError(node)
    return node.type  # type: ignore[return-value]


def _is_negative_number(node: Node) -> bool:
    return isinstance(node, Apply) and node.sign == "neg" and isinstance(node.parts[0], Constant)


def _check_categories(written: Node, other: Node) -> None:
    """Refuse a category that what it is compared with never is."""
    if not isinstance(written, Constant) or written.type != "category":
        return
    known = categories_of(other)
    if known is not None and written.value not in known:
        raise refused(
            written.at,
            f"'{written.value}' is not one of the categories (they are: {', '.join(known)})",
        )


def _listed(names: Mapping[str, object]) -> str:
    shown = ", ".join(list(names)[:20]) or "none"
    return f"there are: {shown}{', …' if len(names) > 20 else ''}"


def _constant_decimals(node: Node) -> int:
    if isinstance(node, Constant):
        return decimals_of(node.value) if isinstance(node.value, Decimal) else 0
    return node.decimals


def _decimals(sign: str, parts: tuple[Node, ...]) -> int:
    """The most decimals that an operation can give; the rule of `clairevoie.rules.exact`."""
    given = [_constant_decimals(part) for part in parts]
    if sign == "*":
        return sum(given)
    if sign == "/":
        return 10
    if sign in {"floor", "ceil", "years", "months", "days"}:
        return 0
    if sign in {"round", "band", "pick"}:
        return given[1]
    if sign == "marginal":
        return max(given) + given[1]
    return max(given[1:] if sign == "if" else given)
