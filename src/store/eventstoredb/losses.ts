import type { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '../log.ts';
import { type Place, type Position, positionOf, textOf } from './place.ts';

/**
 * What a server may have lost of a ledger. A stream that was truncated or deleted there keeps its events until a scavenge
 * removes them. A replica filled before still holds them; one filled afterwards never gets them, and would number every later
 * event differently. Both must notice.
 *
 * A scavenge leaves the last event of each stream, so a loss shows as a gap. Only a stream deleted for ever leaves nothing but
 * its end. For that case each event says what its recorder held when it was sent.
 */
export type Losses = {
  /**
   * Why this replica lacks what the server had. It then takes no more events: the next one would be numbered differently from
   * elsewhere.
   */
  lack(): string | undefined;
  noteLack(why: string): void;
  /** Why it may lack something, until an event disproves that. */
  doubt(): string | undefined;
  /** Notes that something may be missing after the first `size` events. */
  noteDoubt(stream: string, size: number, why: string): void;
  /** Notes that a stream can lose events: with or without a trace. */
  noteCut(stream: string, leavesTrace: boolean): void;
  /** Notes an event that the ledger now has, and its position on the server, if known. */
  take(event: RecordedEvent, position?: Position): void;
  /** Forgets what was taken and not saved, since the ledger does not have it. */
  recall(): void;
  /** Compares what a recorder held with the `size` events held here; answers why something is missing here. */
  compare(held: unknown, size: number, at: string): string | undefined;
  /** The newest event that was taken. */
  newest(): Held | undefined;
  /** The positions of openings of commitments, the newest and the oldest, by which a server can also be identified. */
  landmarks(): Place[];
  /** The positions of openings whose streams can lose events: those go first. */
  endangered(): Place[];
  /** Writes what was taken, together with other writes. */
  save(also: () => void): void;
};

/** The newest event that a replica holds. */
export type Held = { readonly sequence: number; readonly id: string };

/** The number of openings at each end by which a server is identified. */
const maxLandmarks = 8;
/** The maximum number of endangered streams watched, those opened first. */
const maxEndangered = 100;
/** How many of the newest events are remembered, to compare with what recorders held. */
const maxRecent = 2000;

export const lossTables = `
  CREATE TABLE IF NOT EXISTS openings (number INTEGER PRIMARY KEY, stream TEXT UNIQUE, position TEXT, id TEXT);
  CREATE TABLE IF NOT EXISTS cut (stream TEXT PRIMARY KEY, traceless INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lack (one INTEGER PRIMARY KEY CHECK (one = 1), why TEXT);
  CREATE TABLE IF NOT EXISTS doubts (stream TEXT PRIMARY KEY, size INTEGER, why TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS claims (one INTEGER PRIMARY KEY CHECK (one = 1), why TEXT);
`;

/** The losses recorded in the notes of a replica. */
export function openLosses(notes: DatabaseSync): Losses {
  const sql = prepareStatements(notes);
  let lack = whyOf(sql.lack.get());
  let doubt = whyOf(sql.doubt.get());
  let newest: Held | undefined;
  /** The ids of the newest events, by sequence. */
  const recent = new Map<number, string>();
  let openings: { stream: string; place: Place }[] = [];

  /** A recorder gave an event after the doubtful place the number that it has here, so nothing was missing before it. */
  function settleDoubts(sequence: number): void {
    if (doubt === undefined) return;
    sql.settleDoubts.run(sequence);
    doubt = whyOf(sql.doubt.get());
  }

  return {
    lack: () => lack,
    noteLack(why) {
      sql.setLack.run(why);
      lack ??= why;
    },
    doubt: () => doubt,
    noteDoubt(stream, size, why) {
      sql.addDoubt.run(stream, size, why);
      doubt ??= why;
    },
    noteCut: (stream, leavesTrace) => void sql.addCut.run(stream, leavesTrace ? 0 : 1),
    take({ sequence, stream, revision, id }, position) {
      if (revision === 0 && position) openings.push({ stream, place: { position, id } });
      if (!newest || sequence > newest.sequence) newest = { sequence, id };
      recent.set(sequence, id);
      recent.delete(sequence - maxRecent);
    },
    recall() {
      [newest, openings] = [undefined, []];
      recent.clear();
    },
    compare(held, size, at) {
      if (!isHeld(held)) return undefined;
      const own = recent.get(held.sequence);
      if (held.sequence <= size && (own === undefined || own === held.id)) {
        if (own !== undefined) settleDoubts(held.sequence);
        return undefined;
      }
      const found = held.sequence > size ? `${size} events` : `${own} as sequence ${held.sequence}`;
      const why = `${at}: expected ${held.id} as sequence ${held.sequence} before it, which its recorder held, found ${found}`;
      // Anybody can write such a claim. Unless a stream can vanish, it is only noted.
      if (held.sequence > size && sql.traceless.get()) return why;
      sql.addClaim.run(why);
      return undefined;
    },
    newest: () => newest,
    landmarks: () => placesOf([...sql.newest.all(maxLandmarks), ...sql.oldest.all(maxLandmarks)]),
    endangered: () => placesOf(sql.endangered.all(maxEndangered)),
    save(also) {
      if (openings.length === 0) return also();
      notes.exec('BEGIN IMMEDIATE');
      try {
        for (const { stream, place } of openings) sql.addOpening.run(stream, textOf(place.position), place.id);
        also();
        notes.exec('COMMIT');
        openings = [];
      } catch (error) {
        if (notes.isTransaction) notes.exec('ROLLBACK');
        throw error;
      }
    },
  };
}

function whyOf(row: Record<string, unknown> | undefined): string | undefined {
  return row && String(row['why']);
}

function placesOf(rows: Record<string, unknown>[]): Place[] {
  return rows.map((row) => ({ position: positionOf(String(row['position'])), id: String(row['id']) }));
}

function isHeld(held: unknown): held is Held {
  const { sequence, id } = (held ?? {}) as Partial<Held>;
  return Number.isSafeInteger(sequence) && Number(sequence) > 0 && typeof id === 'string' && /^[0-9A-Z]{26}$/.test(id);
}

function prepareStatements(notes: DatabaseSync) {
  return {
    addOpening: notes.prepare('INSERT OR IGNORE INTO openings (stream, position, id) VALUES (?, ?, ?)'),
    newest: notes.prepare('SELECT position, id FROM openings ORDER BY number DESC LIMIT ?'),
    oldest: notes.prepare('SELECT position, id FROM openings ORDER BY number LIMIT ?'),
    endangered: notes.prepare('SELECT position, id FROM openings JOIN cut USING (stream) ORDER BY number LIMIT ?'),
    addCut: notes.prepare(
      'INSERT INTO cut VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET traceless = max(traceless, excluded.traceless)',
    ),
    traceless: notes.prepare('SELECT 1 FROM cut WHERE traceless = 1'),
    lack: notes.prepare('SELECT why FROM lack'),
    setLack: notes.prepare('INSERT OR IGNORE INTO lack VALUES (1, ?)'),
    doubt: notes.prepare('SELECT why FROM doubts'),
    addDoubt: notes.prepare('INSERT OR IGNORE INTO doubts VALUES (?, ?, ?)'),
    settleDoubts: notes.prepare('DELETE FROM doubts WHERE size < ?'),
    addClaim: notes.prepare('INSERT OR IGNORE INTO claims VALUES (1, ?)'),
  };
}
