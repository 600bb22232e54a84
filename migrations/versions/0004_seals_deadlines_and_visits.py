"""seals on the log, deadlines of the Länder, codes and notes of visits; indexes for a million messages"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'

FEW = (
    ('ix_messages_manual_send', 'manual_send_id'),
    ('ix_messages_carrier', 'carrier_id'),
    ('ix_messages_next_state', 'next_state_at'),
    ('ix_messages_second_of', 'second_of'),
)
"""Indexes of columns that most messages have nothing in: they hold the other messages only."""
NEW = (
    ('messages', 'ix_messages_person', ['person_id']),
    ('replies', 'ix_replies_message', ['message_id']),
    ('replies', 'ix_replies_property', ['property_id', 'said_at']),
    ('replies', 'ix_replies_person', ['person_id']),
    ('appointments', 'ix_appointments_person', ['person_id']),
)


def there(column: str) -> dict[str, sa.TextClause]:
    """The condition of an index on the rows that have something in this column."""
    condition = sa.text(f'{column} IS NOT NULL')
    return {'sqlite_where': condition, 'postgresql_where': condition}


def upgrade() -> None:
    op.create_table('chain_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_head'))
    )
    op.create_table('chain_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('args', sa.JSON(), nullable=False),
    sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_notes'))
    )
    op.create_table('deadline_rules',
    sa.Column('land', sa.String(length=20), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('unit', sa.String(length=10), nullable=False),
    sa.Column('advice', sa.Boolean(), nullable=False),
    sa.Column('warn_days', sa.Integer(), nullable=False),
    sa.Column('posted_over', sa.Integer(), nullable=True),
    sa.Column('posted_amount', sa.Integer(), nullable=True),
    sa.Column('posted_unit', sa.String(length=10), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('sureness', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_by', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('land', name=op.f('pk_deadline_rules'))
    )
    op.create_table('evening_logs',
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fault', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('day', 'way', name=op.f('pk_evening_logs'))
    )
    op.create_table('event_seals',
    sa.Column('event_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=False),
    sa.Column('content', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_event_seals'))
    )
    with op.batch_alter_table('event_seals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_seals_message_id'), ['message_id'], unique=False)

    op.create_table('self_tests',
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('day', 'channel', name=op.f('pk_self_tests'))
    )
    op.create_table('phone_codes',
    sa.Column('code', sa.String(length=4), nullable=False),
    sa.Column('appointment_id', sa.Integer(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('free_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_phone_codes_appointment_id_appointments')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_phone_codes')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_phone_codes_appointment_id'))
    )
    op.create_table('visit_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('appointment_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_visit_notes_appointment_id_appointments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_notes')),
    sa.UniqueConstraint('appointment_id', 'word', name=op.f('uq_visit_notes_appointment_id_word'))
    )
    with op.batch_alter_table('visit_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_notes_appointment_id'), ['appointment_id'], unique=False)

    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.add_column(sa.Column('new_since', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.add_column(sa.Column('evening_log_email', sa.String(length=200), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('evening_log_file', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('evening_log_at', sa.Time(), nullable=False, server_default=sa.text("'20:30:00.000000'")))

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('own_text', sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('own_subject', sa.String(length=500), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('own_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('dealt_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('dealt_by', sa.String(length=120), nullable=False, server_default=sa.text("''")))

    with op.batch_alter_table('rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('text_new_since', sa.DateTime(timezone=True), nullable=True))

    for name, column in FEW:
        op.drop_index(name, table_name='messages')
        op.create_index(name, 'messages', [column], **there(column))
    for table, name, columns in NEW:
        op.create_index(name, table, columns)
    again = sa.text("reason = 'planned_again'")
    op.create_index(
        'ix_message_events_again', 'message_events', ['at'], sqlite_where=again, postgresql_where=again
    )


def downgrade() -> None:
    op.drop_index('ix_message_events_again', table_name='message_events')
    for table, name, _columns in NEW:
        op.drop_index(name, table_name=table)
    for name, column in FEW:
        op.drop_index(name, table_name='messages')
        op.create_index(name, 'messages', [column])

    with op.batch_alter_table('rules', schema=None) as batch_op:
        batch_op.drop_column('text_new_since')

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_column('dealt_by')
        batch_op.drop_column('dealt_at')
        batch_op.drop_column('own_due_at')
        batch_op.drop_column('own_subject')
        batch_op.drop_column('own_text')

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_column('evening_log_at')
        batch_op.drop_column('evening_log_file')
        batch_op.drop_column('evening_log_email')

    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.drop_column('new_since')

    with op.batch_alter_table('visit_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_notes_appointment_id'))

    op.drop_table('visit_notes')
    op.drop_table('phone_codes')
    op.drop_table('self_tests')
    with op.batch_alter_table('event_seals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_seals_message_id'))

    op.drop_table('event_seals')
    op.drop_table('evening_logs')
    op.drop_table('deadline_rules')
    op.drop_table('chain_notes')
    op.drop_table('chain_head')
