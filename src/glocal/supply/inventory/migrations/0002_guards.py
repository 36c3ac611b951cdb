from django.db import migrations

JOURNAL = """
CREATE FUNCTION inventory_journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the stock journal is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER movement_append_only BEFORE UPDATE OR DELETE ON inventory_movement
    FOR EACH ROW EXECUTE FUNCTION inventory_journal_is_append_only();
"""

# Room on each page for new versions of the rows that change most, so that no index has to be touched for them.
ROOM = "ALTER TABLE inventory_balance SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.RunSQL(
            JOURNAL,
            "DROP TRIGGER movement_append_only ON inventory_movement; DROP FUNCTION inventory_journal_is_append_only()",
        ),
        migrations.RunSQL(ROOM, "ALTER TABLE inventory_balance RESET (fillfactor, autovacuum_vacuum_scale_factor)"),
    ]
