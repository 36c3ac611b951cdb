"""The database refuses steps that orders do not take, and changes to totals once placed."""

from django.db import migrations

GUARD = """
CREATE FUNCTION orders_order_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
    ('placed', 'paid'), ('placed', 'expired'), ('placed', 'cancelled'), ('expired', 'paid'),
    ('paid', 'packing'), ('paid', 'shipped'), ('paid', 'cancelled'), ('packing', 'shipped'), ('packing', 'cancelled'),
    ('shipped', 'delivered')) THEN
    RAISE EXCEPTION 'an order does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.goods_minor, NEW.shipping_minor, NEW.tax_added_minor, NEW.tax_included_minor, NEW.duty_minor, NEW.fees_minor,
      NEW.total_minor, NEW.currency) IS DISTINCT FROM
     (OLD.goods_minor, OLD.shipping_minor, OLD.tax_added_minor, OLD.tax_included_minor, OLD.duty_minor, OLD.fees_minor,
      OLD.total_minor, OLD.currency) THEN
    RAISE EXCEPTION 'the totals of a placed order never change' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_order_guard BEFORE UPDATE ON orders_order FOR EACH ROW EXECUTE FUNCTION orders_order_guard();
"""
UNGUARD = "DROP TRIGGER orders_order_guard ON orders_order; DROP FUNCTION orders_order_guard();"


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
