"""The database refuses steps that questions do not take."""

from django.db import migrations

GUARD = """
CREATE FUNCTION questions_question_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
    ('unconfirmed', 'waiting'), ('waiting', 'answered'), ('waiting', 'declined'), ('declined', 'answered')) THEN
    RAISE EXCEPTION 'a question does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER questions_question_guard BEFORE UPDATE ON questions_question
  FOR EACH ROW EXECUTE FUNCTION questions_question_guard();
"""
UNGUARD = """
DROP TRIGGER questions_question_guard ON questions_question; DROP FUNCTION questions_question_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("questions", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
