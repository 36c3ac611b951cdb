from django.db import migrations

FILL = """
UPDATE catalog_listing AS listing SET shelf_id = product.category_id
FROM catalog_product AS product WHERE product.id = listing.product_id AND product.category_id IS NOT NULL
"""
COUNT_ALL = "INSERT INTO catalog_shelfchange (market, shelf_id) SELECT DISTINCT market, shelf_id FROM catalog_listing"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_shelves_in_order")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(COUNT_ALL, migrations.RunSQL.noop),
    ]
