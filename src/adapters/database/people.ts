import type { Insertable, Selectable } from 'kysely';
import type { Invitation, Membership, User } from '../../domain/people/membership.ts';
import type { InvitationRepository, PeopleRepository } from '../../ports/store/people.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { flag } from './rows.ts';
import type { InvitationsTable, MembershipsTable, UsersTable } from './schema-people.ts';

export function peopleRepository(connection: Connection): PeopleRepository {
  const { db } = connection;
  const count = async (superusersOnly: boolean) => {
    let query = db.selectFrom('users').select((eb) => eb.fn.countAll<number>().as('count'));
    if (superusersOnly) query = query.where('superuser', '=', 1);
    return Number((await query.executeTakeFirstOrThrow()).count);
  };
  const memberRows = (buildId: number) =>
    db
      .selectFrom('memberships')
      .innerJoin('users', 'users.id', 'memberships.user_id')
      .selectAll('users')
      .select(['memberships.build_id', 'memberships.user_id', 'memberships.role', 'memberships.created_by'])
      .select(['memberships.created_at as member_since', 'memberships.review_mail as build_mail'])
      .where('memberships.build_id', '=', buildId)
      .orderBy('users.name')
      .orderBy('users.id')
      .execute();
  return {
    async insert(user) {
      const values = { id: user.id, created_at: user.createdAt, ...userChanges(user) };
      await db.insertInto('users').values(values).execute();
    },
    async find(id) {
      const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toUser(row);
    },
    async lock(id) {
      const query = db.selectFrom('users').selectAll().where('id', '=', id);
      const row = await locked(connection, query).executeTakeFirst();
      return row === undefined ? null : toUser(row);
    },
    async findByEmail(email) {
      const row = await db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
      return row === undefined ? null : toUser(row);
    },
    async update(user) {
      await db.updateTable('users').set(userChanges(user)).where('id', '=', user.id).execute();
    },
    async mailChoices(id) {
      const query = db.selectFrom('users').select(['review_mail', 'mention_mail']).where('id', '=', id);
      const row = await query.executeTakeFirst();
      return { review: row?.review_mail ?? 'none', mention: row?.mention_mail ?? 'none' };
    },
    async setMailChoices(id, { review, mention }) {
      const chosen = {
        ...(review !== undefined && { review_mail: review }),
        ...(mention !== undefined && { mention_mail: mention }),
      };
      if (Object.keys(chosen).length === 0) return;
      await db.updateTable('users').set(chosen).where('id', '=', id).execute();
    },
    async buildMail(id) {
      const query = db
        .selectFrom('memberships')
        .select(['build_id', 'review_mail'])
        .where('user_id', '=', id)
        .where('review_mail', 'is not', null);
      const rows = await query.execute();
      return new Map(rows.map(({ build_id: buildId, review_mail: choice }) => [buildId, choice!]));
    },
    async setBuildMail(buildId, id, choice) {
      const { numUpdatedRows } = await db
        .updateTable('memberships')
        .set({ review_mail: choice })
        .where('build_id', '=', buildId)
        .where('user_id', '=', id)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    count: () => count(false),
    countSuperusers: () => count(true),
    async list({ limit, offset }) {
      const query = db
        .selectFrom('users')
        .selectAll()
        .orderBy('name')
        .orderBy('id')
        .limit(limit)
        .offset(offset);
      return (await query.execute()).map(toUser);
    },
    async rolesOf(userId) {
      const query = db.selectFrom('memberships').select(['build_id', 'role']).where('user_id', '=', userId);
      return new Map((await query.execute()).map(({ build_id: buildId, role }) => [buildId, role]));
    },
    async members(buildId) {
      return (await memberRows(buildId)).map((row) => ({
        user: toUser(row),
        membership: toMembership({ ...row, created_at: row.member_since }),
      }));
    },
    async listeners(buildId) {
      return (await memberRows(buildId)).map((row) => ({
        user: toUser(row),
        role: row.role,
        mail: { review: row.review_mail, mention: row.mention_mail },
        ofBuild: row.build_mail,
      }));
    },
    async findMembership(buildId, userId) {
      const row = await db
        .selectFrom('memberships')
        .selectAll()
        .where('build_id', '=', buildId)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row === undefined ? null : toMembership(row);
    },
    async setRole({ buildId, userId, role, createdAt, createdBy }) {
      await db
        .insertInto('memberships')
        .values({ build_id: buildId, user_id: userId, role, created_at: createdAt, created_by: createdBy })
        .onConflict((conflict) => conflict.columns(['build_id', 'user_id']).doUpdateSet({ role }))
        .execute();
    },
    async removeMember(buildId, userId) {
      await db
        .deleteFrom('memberships')
        .where('build_id', '=', buildId)
        .where('user_id', '=', userId)
        .execute();
    },
  };
}

export function invitationRepository({ db }: Connection): InvitationRepository {
  return {
    async insert(invitation) {
      await db
        .insertInto('invitations')
        .values({
          id: invitation.id,
          build_id: invitation.buildId,
          email: invitation.email,
          role: invitation.role,
          created_at: invitation.createdAt,
          created_by: invitation.createdBy,
          expires_at: invitation.expiresAt,
          accepted_at: invitation.acceptedAt,
          revoked_at: invitation.revokedAt,
          token_hash: invitation.tokenHash,
        })
        .execute();
    },
    async find(id) {
      const row = await db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toInvitation(row);
    },
    async list(buildId, { limit, offset }) {
      const query = db
        .selectFrom('invitations')
        .selectAll()
        .where('build_id', '=', buildId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .offset(offset);
      return (await query.execute()).map(toInvitation);
    },
    async openFor(email) {
      const query = db
        .selectFrom('invitations')
        .selectAll()
        .where('email', '=', email)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null);
      return (await query.execute()).map(toInvitation);
    },
    async update({ id, role, acceptedAt, revokedAt }) {
      const { numUpdatedRows } = await db
        .updateTable('invitations')
        .set({ role, accepted_at: acceptedAt, revoked_at: revokedAt })
        .where('id', '=', id)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function userChanges(user: User): Omit<Insertable<UsersTable>, 'id' | 'created_at'> {
  return {
    name: user.name,
    email: user.email,
    email_verified: flag(user.emailVerified),
    superuser: flag(user.superuser),
    updated_at: user.updatedAt,
  };
}

export function toUser(row: Selectable<UsersTable>): User {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    emailVerified: row.email_verified === 1,
    superuser: row.superuser === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toMembership(row: Omit<Selectable<MembershipsTable>, 'review_mail'>): Membership {
  return {
    buildId: row.build_id,
    userId: row.user_id,
    role: row.role,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}

function toInvitation(row: Selectable<InvitationsTable>): Invitation {
  return {
    id: row.id,
    buildId: row.build_id,
    email: row.email,
    role: row.role,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    acceptedAt: row.accepted_at,
    revokedAt: row.revoked_at,
    tokenHash: row.token_hash,
  };
}
