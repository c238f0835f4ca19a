"""What the tests ask of templates beyond what Django does."""

import sys

from django.template.base import FilterExpression


class UndefinedVariable(str):
    """Django's `string_if_invalid`: an undefined variable in a template raises, with its name.

    `{% if x %}`, `{% for … in x %}` and `{% firstof x %}` accept one that is undefined; the filter
    `|default` does not.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        # True when Django asks whether to use it for a missing name. As the value of an optional
        # relation that points to nothing, it is what a template sees in production: empty.
        return sys._getframe(1).f_code is FilterExpression.resolve.__code__

    def __contains__(self, piece: object) -> bool:
        return piece == "%s"

    def __mod__(self, name: object) -> str:
        raise NameError(f"undefined variable in a template: {name}")
