from django.db import migrations

_REFUSE = """
CREATE FUNCTION tax_evidence_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'tax evidence is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tax_evidence_append_only BEFORE UPDATE OR DELETE ON tax_taxevidence
    FOR EACH ROW EXECUTE FUNCTION tax_evidence_is_append_only();
"""
_ALLOW = """
DROP TRIGGER tax_evidence_append_only ON tax_taxevidence;
DROP FUNCTION tax_evidence_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("tax", "0001_initial")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
