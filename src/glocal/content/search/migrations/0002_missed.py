from django.db import migrations, models

# The id is of the words, not of a row, so that an address leads to the same search tomorrow.
MISSED = """
CREATE VIEW search_missed AS
SELECT hashtextextended(concat_ws(' ', market, language, query), 0) & 9007199254740991 AS id,
       market, language, query, sum(searches)::int AS searches, sum(without)::int AS without,
       max(day) FILTER (WHERE without > 0) AS last_missed, (array_agg(found ORDER BY day DESC))[1] AS found
FROM search_daysearches WHERE day > current_date - 90
GROUP BY market, language, query HAVING sum(without) > 0
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunSQL(MISSED, "DROP VIEW search_missed"),
        migrations.CreateModel(
            name="Missed",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("market", models.CharField(max_length=2)),
                ("language", models.CharField(max_length=16)),
                ("query", models.CharField(max_length=80)),
                ("searches", models.IntegerField()),
                ("without", models.IntegerField()),
                ("last_missed", models.DateField()),
                ("found", models.IntegerField()),
            ],
            options={"verbose_name_plural": "searches not found", "db_table": "search_missed", "managed": False},
        ),
    ]
