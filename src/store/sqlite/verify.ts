import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import { leafHash, type RecordedEvent } from '../log.ts';
import { asRows, prepareStatements, toEvent } from './statements.ts';

/** The number of events checked before other work has a turn. */
const pageSize = 1000;

/**
 * Walks the pages and indexes of a file and its events. Each flaw is pushed to `findings`, so that an error keeps the flaws
 * before it.
 */
export async function verifyFile(db: DatabaseSync, file: string, ledger: string, findings: string[]): Promise<void> {
  for (const row of db.prepare('PRAGMA integrity_check').all()) {
    if (row['integrity_check'] !== 'ok') findings.push(`${file}: ${String(row['integrity_check'])}`);
  }
  const { pageAndLeaves } = prepareStatements(db);
  const revisions = new Map<string, number>();
  let previous: RecordedEvent | undefined;
  for (;;) {
    const rows = asRows(pageAndLeaves.all(previous?.sequence ?? 0, pageSize));
    if (rows.length === 0) break;
    for (const row of rows) {
      const event = toEvent(row);
      const isLeafOf = leafHash(ledger, event).equals(row[8] ?? Buffer.alloc(0));
      for (const flaw of flaws(event, previous, revisions.get(event.stream) ?? -1))
        findings.push(`${file}: sequence ${event.sequence}: ${flaw}`);
      if (!isLeafOf) {
        const hash = Buffer.from(row[8] ?? Buffer.alloc(0)).toString('hex');
        findings.push(`${file}: sequence ${event.sequence}: expected an event with hash ${hash}, found another`);
      }
      revisions.set(event.stream, event.revision);
      previous = event;
    }
    await nextTurn();
  }
}

/** What is wrong with the place of an event, given the event before it and the revision its stream has reached. */
function flaws(event: RecordedEvent, previous: RecordedEvent | undefined, revision: number): string[] {
  const found: string[] = [];
  const flaw = (expected: string, instead: number) => found.push(`expected ${expected}, found ${instead}`);
  const sequence = (previous?.sequence ?? 0) + 1;
  if (event.sequence !== sequence) flaw(`sequence ${sequence}`, event.sequence);
  if (event.revision !== revision + 1) flaw(`revision ${revision + 1} of stream ${event.stream}`, event.revision);
  if (previous && event.time < previous.time) flaw(`a time not before ${previous.time}`, event.time);
  return found;
}
