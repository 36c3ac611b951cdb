from django.db import migrations

REFUSE = """
CREATE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer is never changed: a new one is added' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER privacy_append_only BEFORE UPDATE ON privacy_consent
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
"""
ALLOW = """
DROP TRIGGER privacy_append_only ON privacy_consent;
DROP FUNCTION privacy_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
