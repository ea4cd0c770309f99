import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0002_alter_membershipevent_recorded_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="MembershipRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(
                        help_text="That of the call where there was one, for example “membership-2021”. It never changes.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z",
                                "Use small letters a–z, digits and single hyphens, for example “dk-sonderborg”.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year of admission")),
                (
                    "announced_on",
                    models.DateField(
                        blank=True, help_text="Empty: not on record.", null=True, verbose_name="announced on"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="Who says which cities were admitted. Shown on the cities’ pages.",
                        max_length=200,
                        verbose_name="source",
                    ),
                ),
                ("source_url", models.URLField(blank=True, verbose_name="address of the source")),
            ],
            options={
                "verbose_name": "membership round",
                "verbose_name_plural": "membership rounds",
                "ordering": ["-year", "code"],
            },
        ),
        migrations.AlterModelOptions(
            name="membershipevent",
            options={"ordering": ["pk"], "verbose_name": "step of membership"},
        ),
        migrations.AddField(
            model_name="membershipevent",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="admissions",
                to="cities.membershipround",
                verbose_name="membership round",
            ),
        ),
        migrations.AlterField(
            model_name="city",
            name="population",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Shown only together with its year and its source.",
                null=True,
                verbose_name="population",
            ),
        ),
        migrations.AlterField(
            model_name="city",
            name="population_source",
            field=models.CharField(
                blank=True, help_text="Who counted or estimated it.", max_length=150, verbose_name="source"
            ),
        ),
        migrations.AlterField(
            model_name="city",
            name="population_year",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="The year to which the number belongs.", null=True, verbose_name="counted in"
            ),
        ),
    ]
