"""Published decision rules that run: points, tables, formulas, models, OpenFisca."""
