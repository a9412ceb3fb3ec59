import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** A query that is run repeatedly, prepared once for each database. */
export function prepared(database: DatabaseSync, query: string): StatementSync {
  const known = statements.get(database) ?? new Map<string, StatementSync>();
  statements.set(database, known);
  const statement = known.get(query) ?? database.prepare(query);
  known.set(query, statement);
  return statement;
}
const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();
