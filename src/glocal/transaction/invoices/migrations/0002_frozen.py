"""A paper that was issued stays as it is, and a series goes on by one: no number is left out or given twice."""

from django.db import migrations

GUARD = """
CREATE FUNCTION invoices_paper_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an issued paper is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoices_paper_frozen BEFORE UPDATE OR DELETE ON invoices_paper
  FOR EACH ROW EXECUTE FUNCTION invoices_paper_is_frozen();
CREATE FUNCTION invoices_series_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last <> OLD.last + 1 OR (NEW.seller, NEW.kind, NEW.year) <> (OLD.seller, OLD.kind, OLD.year) THEN
    RAISE EXCEPTION 'a series goes on by one' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoices_series_by_one BEFORE UPDATE ON invoices_series
  FOR EACH ROW EXECUTE FUNCTION invoices_series_goes_on();
"""
FREE = """
DROP TRIGGER invoices_paper_frozen ON invoices_paper;
DROP FUNCTION invoices_paper_is_frozen();
DROP TRIGGER invoices_series_by_one ON invoices_series;
DROP FUNCTION invoices_series_goes_on();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, FREE)]
