from django.db import migrations

NOTE_ALL = """
INSERT INTO catalog_companion (product_id, alike, reasons, made_at)
SELECT id, '{}', '{}', timestamptz 'epoch' FROM catalog_product
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_companions")]

    operations = [migrations.RunSQL(NOTE_ALL, migrations.RunSQL.noop)]
