"""Write a rule set as its YAML file: what is written reads back as the same rule set."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import yaml

from clairevoie.rules.model import RuleSet
from clairevoie.rules.plain import rules_data
from clairevoie.rules.source import plain_value


def rules_text(rules: RuleSet) -> str:
    """Return a rule set as YAML; reading it gives the same rule set, but for its digest."""
    return yaml.dump(
        rules_data(rules),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,
        width=100,
        line_break="\n",
    )


_SafeDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_SafeDumper):  # type: ignore[misc]
    """Texts that would read as something else are put between quotes; nothing is aliased."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write each value in full."""
        return True


def _string(dumper: _Dumper, value: str) -> yaml.Node:
    quoted = not isinstance(plain_value(value), str)
    style = '"' if quoted else None
    return cast("yaml.Node", dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style))


def _decimal(dumper: _Dumper, value: Decimal) -> yaml.Node:
    text = format(value, "f")
    kind = "float" if "." in text else "int"
    return cast("yaml.Node", dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text))


_Dumper.add_representer(str, _string)
_Dumper.add_representer(Decimal, _decimal)
