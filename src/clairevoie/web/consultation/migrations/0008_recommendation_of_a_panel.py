"""A recommendation may come from a panel that was drawn on this site."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A link that may be empty: no table is made again, so its triggers stay."""

    dependencies = [
        ("consultation", "0007_population_only_counts"),
        ("sortition", "0002_append_only"),
    ]
    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="draw",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recommendations",
                to="sortition.draw",
            ),
        ),
    ]
