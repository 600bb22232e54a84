"""reports, replies and links; prices, quotas and top-ups"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


NO_CHANGE = "BEGIN SELECT RAISE(ABORT, 'consents are never changed'); END"
SEALS = (
    f"CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents {NO_CHANGE}",
    f"CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents {NO_CHANGE}",
    "CREATE TRIGGER consents_no_replace BEFORE INSERT ON consents "
    f"WHEN EXISTS (SELECT 1 FROM consents WHERE id = NEW.id) {NO_CHANGE}",
)


def seal_consents_again() -> None:
    """SQLite may change a table by writing it anew, and its triggers go with the old one."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER IF EXISTS consents_no_{event}")
        for seal in SEALS:
            op.execute(seal)


def upgrade() -> None:
    op.create_table('top_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gateway_id', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['gateway_id'], ['gateways.id'], name=op.f('fk_top_ups_gateway_id_gateways')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_top_ups'))
    )
    with op.batch_alter_table('top_ups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_top_ups_gateway_id'), ['gateway_id'], unique=False)

    op.create_table('calendar_links',
    sa.Column('token', sa.String(length=24), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=False),
    sa.Column('appointment_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_calendar_links_appointment_id_appointments')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_calendar_links_message_id_messages')),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_calendar_links')),
    sa.UniqueConstraint('message_id', name=op.f('uq_calendar_links_message_id'))
    )
    op.create_table('delivery_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gateway_id', sa.Integer(), nullable=False),
    sa.Column('event_key', sa.String(length=200), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('word', sa.String(length=60), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('applied', sa.Boolean(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['gateway_id'], ['gateways.id'], name=op.f('fk_delivery_reports_gateway_id_gateways')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_delivery_reports_message_id_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_reports')),
    sa.UniqueConstraint('gateway_id', 'event_key', name=op.f('uq_delivery_reports_gateway_id_event_key'))
    )
    with op.batch_alter_table('delivery_reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_reports_message_id'), ['message_id'], unique=False)

    op.create_table('replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gateway_id', sa.Integer(), nullable=False),
    sa.Column('event_key', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('recipient', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=400), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('appointment_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('property_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_replies_appointment_id_appointments')),
    sa.ForeignKeyConstraint(['gateway_id'], ['gateways.id'], name=op.f('fk_replies_gateway_id_gateways')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_replies_message_id_messages')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_replies_person_id_people'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['property_id'], ['properties.id'], name=op.f('fk_replies_property_id_properties'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replies')),
    sa.UniqueConstraint('gateway_id', 'event_key', name=op.f('uq_replies_gateway_id_event_key'))
    )
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.create_index('ix_replies_address', ['address', 'said_at'], unique=False)
        batch_op.create_index('ix_replies_state', ['state', 'said_at'], unique=False)

    with op.batch_alter_table('branches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cost_center', sa.String(length=40), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('monthly_quota', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.add_column(sa.Column('monthly_quota', sa.Integer(), nullable=True))

    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('purpose', sa.String(length=20), nullable=False, server_default=sa.text("'appointment'")))

    with op.batch_alter_table('gateways', schema=None) as batch_op:
        batch_op.add_column(sa.Column('price', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('balance', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('balance_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('counter', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('hook_secret', sa.String(length=64), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('states_asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('replies_asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('replies_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('unreachable_since', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('unreachable_code', sa.String(length=60), nullable=False, server_default=sa.text("''")))
        batch_op.create_index(batch_op.f('ix_gateways_hook_secret'), ['hook_secret'], unique=False)

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('price', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('cost_center', sa.String(length=40), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('next_state_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('state_asks', sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(sa.Column('delivery_code', sa.String(length=60), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('second_of', sa.String(length=32), nullable=True))
        batch_op.create_index('ix_messages_gateway_reference', ['gateway_id', 'reference'], unique=False)
        batch_op.create_index('ix_messages_next_state', ['next_state_at'], unique=False)
        batch_op.create_index('ix_messages_second_of', ['second_of'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_messages_second_of_messages'), 'messages', ['second_of'], ['id'])

    with op.batch_alter_table('rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('second_channel', sa.Boolean(), nullable=False, server_default=sa.false()))
    seal_consents_again()


def downgrade() -> None:
    with op.batch_alter_table('rules', schema=None) as batch_op:
        batch_op.drop_column('second_channel')

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_messages_second_of_messages'), type_='foreignkey')
        batch_op.drop_index('ix_messages_second_of')
        batch_op.drop_index('ix_messages_next_state')
        batch_op.drop_index('ix_messages_gateway_reference')
        batch_op.drop_column('second_of')
        batch_op.drop_column('delivery_code')
        batch_op.drop_column('state_asks')
        batch_op.drop_column('next_state_at')
        batch_op.drop_column('cost_center')
        batch_op.drop_column('price')

    with op.batch_alter_table('gateways', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gateways_hook_secret'))
        batch_op.drop_column('unreachable_code')
        batch_op.drop_column('unreachable_since')
        batch_op.drop_column('replies_until')
        batch_op.drop_column('replies_asked_at')
        batch_op.drop_column('states_asked_at')
        batch_op.drop_column('hook_secret')
        batch_op.drop_column('counter')
        batch_op.drop_column('balance_at')
        batch_op.drop_column('balance')
        batch_op.drop_column('price')

    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_column('purpose')

    seal_consents_again()

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_column('monthly_quota')

    with op.batch_alter_table('branches', schema=None) as batch_op:
        batch_op.drop_column('archived_at')
        batch_op.drop_column('monthly_quota')
        batch_op.drop_column('cost_center')

    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.drop_index('ix_replies_state')
        batch_op.drop_index('ix_replies_address')

    op.drop_table('replies')
    with op.batch_alter_table('delivery_reports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_reports_message_id'))

    op.drop_table('delivery_reports')
    op.drop_table('calendar_links')
    with op.batch_alter_table('top_ups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_top_ups_gateway_id'))

    op.drop_table('top_ups')
