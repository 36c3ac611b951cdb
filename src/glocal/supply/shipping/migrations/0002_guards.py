from django.db import migrations

TIMELINE = """
CREATE FUNCTION shipping_timeline_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a parcel''s timeline is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER trackingevent_append_only BEFORE UPDATE OR DELETE ON shipping_trackingevent
    FOR EACH ROW EXECUTE FUNCTION shipping_timeline_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("shipping", "0001_initial")]

    operations = [
        migrations.RunSQL(
            TIMELINE,
            "DROP TRIGGER trackingevent_append_only ON shipping_trackingevent; "
            "DROP FUNCTION shipping_timeline_is_append_only()",
        ),
    ]
