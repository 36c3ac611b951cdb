"""The sixteen shards that relays take turns at."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("eventing", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO eventing_shard (number) SELECT generate_series(0, 15)",
            "DELETE FROM eventing_shard",
        )
    ]
