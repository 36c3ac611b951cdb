"""The database refuses steps that returns do not take."""

from django.db import migrations

GUARD = """
CREATE FUNCTION returns_return_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
    ('requested', 'approved'), ('requested', 'refused'), ('requested', 'withdrawn'), ('approved', 'withdrawn'),
    ('approved', 'in_transit'), ('approved', 'received'), ('in_transit', 'received'), ('received', 'refunded'),
    ('received', 'exchanged'), ('received', 'refused')) THEN
    RAISE EXCEPTION 'a return does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER returns_return_guard BEFORE UPDATE ON returns_return FOR EACH ROW EXECUTE FUNCTION returns_return_guard();
CREATE FUNCTION returns_lostparcel_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND OLD.status <> 'open' THEN
    RAISE EXCEPTION 'a claim is settled once' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER returns_lostparcel_guard BEFORE UPDATE ON returns_lostparcel
  FOR EACH ROW EXECUTE FUNCTION returns_lostparcel_guard();
"""
UNGUARD = """
DROP TRIGGER returns_return_guard ON returns_return; DROP FUNCTION returns_return_guard();
DROP TRIGGER returns_lostparcel_guard ON returns_lostparcel; DROP FUNCTION returns_lostparcel_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
