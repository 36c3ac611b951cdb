import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="is_head",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Among the best sellers of a market; set by a job."
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("is_head", True)), fields=["search"], name="product_search_of_head"
            ),
        ),
    ]
