import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0005_recommendation_of_a_consultation"),
    ]

    operations = [
        migrations.CreateModel(
            name="PopulationAnswered",
            fields=[
                (
                    "participation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answered",
                        serialize=False,
                        to="consultation.participation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PopulationCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("source", models.CharField(max_length=300)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="population",
                        to="consultation.consultation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PopulationFeature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("share", models.FloatField()),
                ("count", models.PositiveIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="features",
                        to="consultation.populationcategory",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="populationcategory",
            constraint=models.UniqueConstraint(
                fields=("consultation", "name"), name="population_category_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="populationfeature",
            constraint=models.UniqueConstraint(
                fields=("category", "name"), name="population_feature_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="populationfeature",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 0), ("share__lte", 1)),
                name="population_share_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="populationfeature",
            constraint=models.CheckConstraint(
                condition=models.Q(("told__lte", models.F("count"))),
                name="population_told_was_counted",
            ),
        ),
    ]
