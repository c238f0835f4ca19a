"""A recommendation may come from a consultation of this site, and from one of its proposals."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two links that may be empty: no table is made again, so its triggers stay."""

    dependencies = [("consultation", "0004_append_only_votes")]
    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="consultation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recommendations",
                to="consultation.consultation",
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="proposal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recommendations",
                to="consultation.proposal",
            ),
        ),
    ]
