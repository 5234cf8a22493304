"""The version of the tree: a value never used before with every statement that writes to units, their edges, names, successions,
shares or working days, whoever writes. It belongs to the writing transaction, so others see it with the change and a rollback takes it back."""

from django.db import migrations, models

TABLES = (
    "unit", "treeedge", "formername", "unitevent", "succession", "splitshare", "calendarchange", "workingday", "officehours",
    "completeyear",
)  # fmt: skip

# The row is locked until the writer's transaction ends: of two writers the second gets a version that stands for both changes.
FUNCTION = """
CREATE FUNCTION organisations_new_tree_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO organisations_treeversion (id, version) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END $$;
INSERT INTO organisations_treeversion (id, version) VALUES (1, gen_random_uuid());
"""
TRIGGER = """
CREATE TRIGGER {table}_new_tree_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organisations_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION organisations_new_tree_version();
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_working_days")]

    operations = [
        migrations.CreateModel(
            name="TreeVersion",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("version", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION organisations_new_tree_version();"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER {table}_new_tree_version ON organisations_{table};"
            )
            for table in TABLES
        ),
    ]
