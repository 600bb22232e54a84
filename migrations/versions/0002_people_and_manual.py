"""people, consent forms, imports, the manual window"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


TRIGGERS_SQLITE = """
CREATE TRIGGER consents_no_{event} BEFORE {EVENT} ON consents
BEGIN SELECT RAISE(ABORT, 'consents are never changed'); END
"""
# "INSERT OR REPLACE" changes a row of SQLite without firing the other two.
NO_REPLACE_SQLITE = """
CREATE TRIGGER consents_no_replace BEFORE INSERT ON consents
WHEN EXISTS (SELECT 1 FROM consents WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'consents are never changed'); END
"""
FUNCTION_POSTGRESQL = """
CREATE FUNCTION consents_never_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'consents are never changed'; END $$
"""
TRIGGER_POSTGRESQL = """
CREATE TRIGGER consents_no_change BEFORE UPDATE OR DELETE ON consents
FOR EACH ROW EXECUTE FUNCTION consents_never_changed()
"""


def seal_consents() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(TRIGGERS_SQLITE.format(event=event, EVENT=event.upper()))
        op.execute(NO_REPLACE_SQLITE)
    else:
        op.execute(FUNCTION_POSTGRESQL)
        op.execute(TRIGGER_POSTGRESQL)


def unseal_consents() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER consents_no_update")
        op.execute("DROP TRIGGER consents_no_delete")
        op.execute("DROP TRIGGER consents_no_replace")
    else:
        op.execute("DROP TRIGGER consents_no_change ON consents")
        op.execute("DROP FUNCTION consents_never_changed()")


def upgrade() -> None:
    op.create_table('drop_folder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('folder', sa.String(length=500), nullable=False),
    sa.Column('at', sa.Time(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('customers_profile', sa.String(length=120), nullable=False),
    sa.Column('appointments_profile', sa.String(length=120), nullable=False),
    sa.Column('last_look_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('look_now', sa.Boolean(), nullable=False),
    sa.Column('ftp_active', sa.Boolean(), nullable=False),
    sa.Column('ftp_port', sa.Integer(), nullable=False),
    sa.Column('ftp_user', sa.String(length=60), nullable=False),
    sa.Column('ftp_secret_box', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drop_folder'))
    )
    op.create_table('dropped_files',
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('mtime_ns', sa.BigInteger(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_dropped_files'))
    )
    op.create_table('employees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('salutation', sa.String(length=40), nullable=False),
    sa.Column('first_name', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('mobile_typed', sa.String(length=60), nullable=False),
    sa.Column('mobile', sa.String(length=30), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employees'))
    )
    op.create_table('properties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('number_key', sa.String(length=40), nullable=False),
    sa.Column('street', sa.String(length=200), nullable=False),
    sa.Column('country', sa.String(length=3), nullable=False),
    sa.Column('postcode', sa.String(length=12), nullable=False),
    sa.Column('town', sa.String(length=120), nullable=False),
    sa.Column('land', sa.String(length=20), nullable=False),
    sa.Column('units', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_properties')),
    sa.UniqueConstraint('number_key', name=op.f('uq_properties_number_key'))
    )
    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('property_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('unit_key', sa.String(length=60), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('salutation', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('first_name', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name2', sa.String(length=200), nullable=False),
    sa.Column('name3', sa.String(length=200), nullable=False),
    sa.Column('sms_name', sa.String(length=200), nullable=False),
    sa.Column('www', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['property_id'], ['properties.id'], name=op.f('fk_people_property_id_properties'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('property_id', 'unit_key', name=op.f('uq_people_property_id_unit_key'))
    )
    op.create_table('scans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=300), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('property_id', sa.Integer(), nullable=True),
    sa.Column('wording', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=120), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['property_id'], ['properties.id'], name=op.f('fk_scans_property_id_properties'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scans')),
    sa.UniqueConstraint('sha256', name=op.f('uq_scans_sha256'))
    )
    op.create_table('addresses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('typed', sa.String(length=200), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('country', sa.String(length=3), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.CheckConstraint('position >= 1 AND position <= 3', name=op.f('ck_addresses_position')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_addresses_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses')),
    sa.UniqueConstraint('person_id', 'kind', 'position', name=op.f('uq_addresses_person_id_kind_position'))
    )
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.create_index('ix_addresses_value', ['value'], unique=False)

    op.create_table('manual_lists',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_how', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_manual_lists_branch_id_branches')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manual_lists'))
    )
    op.create_table('manual_sends',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_id', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=True),
    sa.Column('without_consent', sa.Text(), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_by', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_manual_sends_branch_id_branches')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manual_sends'))
    )
    with op.batch_alter_table('manual_sends', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_manual_sends_list_id'), ['list_id'], unique=False)

    op.create_table('search_lines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('property_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('digits', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_search_lines_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['property_id'], ['properties.id'], name=op.f('fk_search_lines_property_id_properties'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_lines'))
    )
    with op.batch_alter_table('search_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_lines_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_lines_property_id'), ['property_id'], unique=False)

    op.create_table('import_profiles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_import_profiles_calendar_id_calendars')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_profiles')),
    sa.UniqueConstraint('name', name=op.f('uq_import_profiles_name'))
    )
    op.create_table('import_runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('way', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('profile_name', sa.String(length=120), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=120), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_import_runs_calendar_id_calendars')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_runs'))
    )
    with op.batch_alter_table('import_runs', schema=None) as batch_op:
        batch_op.create_index('ix_import_runs_at', ['at'], unique=False)
        batch_op.create_index('ix_import_runs_sha256', ['sha256'], unique=False)

    op.create_table('match_corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('property_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_match_corrections_calendar_id_calendars'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_match_corrections_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['property_id'], ['properties.id'], name=op.f('fk_match_corrections_property_id_properties'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_corrections')),
    sa.UniqueConstraint('calendar_id', 'mark', name=op.f('uq_match_corrections_calendar_id_mark'))
    )
    op.create_table('import_rows',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_runs.id'], name=op.f('fk_import_rows_run_id_import_runs'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_rows'))
    )
    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.create_index('ix_import_rows_run_id_line', ['run_id', 'line'], unique=False)

    op.create_table('manual_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_id', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('property_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('appointment_id', sa.Integer(), nullable=True),
    sa.Column('employee_id', sa.Integer(), nullable=True),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_manual_entries_appointment_id_appointments')),
    sa.ForeignKeyConstraint(['employee_id'], ['employees.id'], name=op.f('fk_manual_entries_employee_id_employees'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['list_id'], ['manual_lists.id'], name=op.f('fk_manual_entries_list_id_manual_lists'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_manual_entries_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['property_id'], ['properties.id'], name=op.f('fk_manual_entries_property_id_properties'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manual_entries'))
    )
    with op.batch_alter_table('manual_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_manual_entries_list_id'), ['list_id'], unique=False)

    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('property_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('match_by', sa.String(length=20), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('match_confidence', sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.create_index('ix_appointments_property_start', ['property_id', 'start'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_appointments_person_id_people'), 'people', ['person_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_appointments_property_id_properties'), 'properties', ['property_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=10), nullable=False, server_default=sa.text("'ics'")))

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind_words', sa.JSON(), nullable=False, server_default=sa.text("'{}'")))

    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('given_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('person_name', sa.String(length=400), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('property_number', sa.String(length=40), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('scan_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_consents_scan_id_scans'), 'scans', ['scan_id'], ['id'])

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('work_kind', sa.String(length=20), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('property_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('employee_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('property_number', sa.String(length=40), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('manual_send_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('manual_key', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('by', sa.String(length=120), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('without_consent', sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('carrier_id', sa.String(length=32), nullable=True))
        batch_op.alter_column('appointment_id',
               existing_type=sa.Integer(),
               nullable=True)
        batch_op.alter_column('rule_id',
               existing_type=sa.Integer(),
               nullable=True)
        batch_op.alter_column('about_start',
               existing_type=sa.DateTime(timezone=True),
               nullable=True)
        batch_op.alter_column('calendar_id',
               existing_type=sa.Integer(),
               nullable=True)
        batch_op.alter_column('appointment_start',
               existing_type=sa.DateTime(timezone=True),
               nullable=True)
        batch_op.create_index('ix_messages_carrier', ['carrier_id'], unique=False)
        batch_op.create_index('ix_messages_manual_send', ['manual_send_id'], unique=False)
        batch_op.create_index('ix_messages_property_due', ['property_id', 'due_at'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_messages_manual_key'), ['manual_key'])
        batch_op.create_foreign_key(batch_op.f('fk_messages_person_id_people'), 'people', ['person_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_messages_manual_send_id_manual_sends'), 'manual_sends', ['manual_send_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_messages_carrier_id_messages'), 'messages', ['carrier_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_messages_property_id_properties'), 'properties', ['property_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_messages_employee_id_employees'), 'employees', ['employee_id'], ['id'], ondelete='SET NULL')
    # Addresses are compared in small letters from now on.
    op.execute("UPDATE consents SET address = lower(address) WHERE address LIKE '%@%'")
    op.execute("UPDATE messages SET recipient = lower(recipient) WHERE channel = 'email'")
    seal_consents()


def downgrade() -> None:
    unseal_consents()
    # What was written by hand has no place in the older tables.
    op.execute("UPDATE messages SET carrier_id = NULL")
    op.execute("DELETE FROM message_events WHERE message_id IN (SELECT id FROM messages WHERE rule_id IS NULL)")
    op.execute("DELETE FROM messages WHERE rule_id IS NULL")
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_messages_employee_id_employees'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_messages_property_id_properties'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_messages_carrier_id_messages'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_messages_manual_send_id_manual_sends'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_messages_person_id_people'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_messages_manual_key'), type_='unique')
        batch_op.drop_index('ix_messages_property_due')
        batch_op.drop_index('ix_messages_manual_send')
        batch_op.drop_index('ix_messages_carrier')
        batch_op.alter_column('appointment_start',
               existing_type=sa.DateTime(timezone=True),
               nullable=False)
        batch_op.alter_column('calendar_id',
               existing_type=sa.Integer(),
               nullable=False)
        batch_op.alter_column('about_start',
               existing_type=sa.DateTime(timezone=True),
               nullable=False)
        batch_op.alter_column('rule_id',
               existing_type=sa.Integer(),
               nullable=False)
        batch_op.alter_column('appointment_id',
               existing_type=sa.Integer(),
               nullable=False)
        batch_op.drop_column('carrier_id')
        batch_op.drop_column('without_consent')
        batch_op.drop_column('by')
        batch_op.drop_column('manual_key')
        batch_op.drop_column('manual_send_id')
        batch_op.drop_column('property_number')
        batch_op.drop_column('employee_id')
        batch_op.drop_column('person_id')
        batch_op.drop_column('property_id')
        batch_op.drop_column('work_kind')

    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_consents_scan_id_scans'), type_='foreignkey')
        batch_op.drop_column('scan_id')
        batch_op.drop_column('property_number')
        batch_op.drop_column('person_name')
        batch_op.drop_column('given_on')

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_column('kind_words')

    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.drop_column('kind')

    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_appointments_property_id_properties'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_appointments_person_id_people'), type_='foreignkey')
        batch_op.drop_index('ix_appointments_property_start')
        batch_op.drop_column('match_confidence')
        batch_op.drop_column('match_by')
        batch_op.drop_column('person_id')
        batch_op.drop_column('property_id')

    with op.batch_alter_table('manual_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_manual_entries_list_id'))

    op.drop_table('manual_entries')
    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.drop_index('ix_import_rows_run_id_line')

    op.drop_table('import_rows')
    op.drop_table('match_corrections')
    with op.batch_alter_table('import_runs', schema=None) as batch_op:
        batch_op.drop_index('ix_import_runs_sha256')
        batch_op.drop_index('ix_import_runs_at')

    op.drop_table('import_runs')
    op.drop_table('import_profiles')
    with op.batch_alter_table('search_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_lines_property_id'))
        batch_op.drop_index(batch_op.f('ix_search_lines_person_id'))

    op.drop_table('search_lines')
    with op.batch_alter_table('manual_sends', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_manual_sends_list_id'))

    op.drop_table('manual_sends')
    op.drop_table('manual_lists')
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.drop_index('ix_addresses_value')

    op.drop_table('addresses')
    op.drop_table('scans')
    op.drop_table('people')
    op.drop_table('properties')
    op.drop_table('employees')
    op.drop_table('dropped_files')
    op.drop_table('drop_folder')
