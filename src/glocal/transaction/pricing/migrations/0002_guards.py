from django.db import migrations

# An exclusion constraint would need btree_gist, a contrib extension. This check runs after each statement on the rows it
# wrote; the services hold the product meanwhile, so that two transactions cannot both find the span free.
OVERLAPS = """
CREATE FUNCTION pricing_refuse_overlaps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written JOIN pricing_pricerow AS other USING (variant_id, market)
        WHERE other.id <> written.id
          AND tstzrange(other.valid_from, other.valid_to) && tstzrange(written.valid_from, written.valid_to)
    ) THEN
        RAISE EXCEPTION 'a variant has one price at a time in a market' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER price_no_overlap_inserted AFTER INSERT ON pricing_pricerow
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION pricing_refuse_overlaps();
CREATE TRIGGER price_no_overlap_updated AFTER UPDATE ON pricing_pricerow
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION pricing_refuse_overlaps();
"""

HISTORY = """
CREATE FUNCTION pricing_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.valid_from <= clock_timestamp() THEN
            RAISE EXCEPTION 'a price that has begun stays in the history' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.variant_id, NEW.market, NEW.currency, NEW.minor, NEW.valid_from, NEW.source, NEW.actor_id)
        IS DISTINCT FROM
       (OLD.variant_id, OLD.market, OLD.currency, OLD.minor, OLD.valid_from, OLD.source, OLD.actor_id)
       OR (OLD.valid_to <= clock_timestamp() AND NEW.valid_to IS DISTINCT FROM OLD.valid_to) THEN
        RAISE EXCEPTION 'of a price only the end can change, and not after it has come' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_history_stays BEFORE UPDATE OR DELETE ON pricing_pricerow
    FOR EACH ROW EXECUTE FUNCTION pricing_history_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            OVERLAPS,
            "DROP TRIGGER price_no_overlap_inserted ON pricing_pricerow;"
            "DROP TRIGGER price_no_overlap_updated ON pricing_pricerow;"
            "DROP FUNCTION pricing_refuse_overlaps()",
        ),
        migrations.RunSQL(
            HISTORY,
            "DROP TRIGGER price_history_stays ON pricing_pricerow; DROP FUNCTION pricing_history_stays()",
        ),
    ]
