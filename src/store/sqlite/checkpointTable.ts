import type { DatabaseSync } from 'node:sqlite';

// A file gets this table with its first checkpoint: older files of the same format have none.
const table = 'CREATE TABLE IF NOT EXISTS checkpoints (place INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT';

/** The signed checkpoints in the file of a log, from number `from` on. */
export function readCheckpoints(db: DatabaseSync, from: number): string[] {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'checkpoints'").get()) return [];
  const rows = db.prepare('SELECT note FROM checkpoints WHERE place >= ? ORDER BY place').all(from);
  return rows.map(({ note }) => String(note));
}

/** Stores a checkpoint as number `place`, if it is the next, and answers whether it is there. To be called in a transaction. */
export function writeCheckpoint(db: DatabaseSync, place: number, note: string): boolean {
  db.exec(table);
  const [{ count } = {}] = db.prepare('SELECT count(*) AS count FROM checkpoints').all();
  if (count === place) db.prepare('INSERT INTO checkpoints VALUES (?, ?)').run(place, note);
  return db.prepare('SELECT note FROM checkpoints WHERE place = ?').get(place)?.['note'] === note;
}
