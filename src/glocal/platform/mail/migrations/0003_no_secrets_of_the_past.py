"""Letters that went out keep no codes and links: they were shown in the mail log."""

from django.db import migrations

_MASKED = """
UPDATE mail_outgoingmail SET context = (
  SELECT jsonb_object_agg(key, CASE WHEN key IN ('code', 'link', 'label', 'token') AND value <> '""'::jsonb
    THEN '"••••"'::jsonb ELSE value END)
  FROM jsonb_each(context)
)
WHERE state IN ('sent', 'withheld', 'bounced') AND template NOT IN ('new_device', 'email_changed')
  AND context ?| ARRAY['code', 'link', 'label', 'token']
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_purposes_and_notices")]

    operations = [migrations.RunSQL(_MASKED, migrations.RunSQL.noop)]
