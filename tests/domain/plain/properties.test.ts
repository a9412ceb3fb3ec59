import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { history as firstEdition } from '../firstEdition/histories.ts';
import { plainHistory, tries } from '../plainHistories.ts';
import { brokenBy } from './judge.ts';
import { type Event, timelineOf } from './timeline.ts';

// `npm run test:fuzz` tries more of them, which take their time where others need the machine too.
const numRuns = process.env['LEDGER_FUZZ'] === undefined ? 100 : 5000;
vi.setConfig({ testTimeout: 60_000 + numRuns * 100 });
fc.configureGlobal({ numRuns });

/** Which events of a history may not stand, one after the other. */
function refused(events: readonly Event[]): unknown[] {
  return events.flatMap((event, index) => {
    const broken = brokenBy(events.slice(0, index), event, 'restore');
    return broken.length > 0 ? [{ index, type: event.type, broken }] : [];
  });
}

test('a legal history of the first edition restores, read plainly', () => {
  fc.assert(
    fc.property(firstEdition, (events) => {
      expect(refused(events)).toEqual([]);
    }),
  );
});

test('what may be recorded restores, read plainly', () => {
  fc.assert(
    fc.property(plainHistory, (events) => {
      expect(refused(events)).toEqual([]);
    }),
  );
});

test('what may be recorded at a time may be recorded at any later one, save where its coarse day then reaches an effect', () => {
  fc.assert(
    fc.property(tries, fc.integer({ min: 1, max: 400 }), (tried, days) => {
      const known: Event[] = [];
      for (const { event, broken } of tried) {
        if (broken.length > 0) continue;
        const later = { ...event, time: event.time + days * 86_400_000 };
        const [now, then] = [placeOf(known, event), placeOf(known, later)];
        const reaches = timelineOf(known).some(({ day, effectOn }) => effectOn > day && effectOn > now && effectOn <= then);
        expect(known.length > 0 && !reaches ? brokenBy(known, later) : []).toEqual([]);
        known.push(event);
      }
    }),
  );
});

/** The day of an announcement, or an empty text for any other event. */
function placeOf(known: readonly Event[], event: Event): string {
  return timelineOf([...known, event]).find(({ id }) => id === event.id)?.day ?? '';
}

test('random drafts of the second edition make histories worth testing', () => {
  const tried = fc.sample(tries, { numRuns: 200, seed: 1 });
  const events = tried.map((one) => one.filter(({ broken }) => broken.length === 0).map(({ event }) => event));
  const times: Record<string, number> = {};
  const note = (what: string, count: number): void => {
    times[what] = (times[what] ?? 0) + count;
  };
  for (const { type, data } of events.flat()) {
    note(type, 1);
    const fields = data as Record<string, unknown>;
    for (const field of [
      'effective',
      'resolves',
      'meets',
      'reported',
      'removes',
      'resumes',
      'until',
      'parties',
      'keys',
      'joins',
      'performs',
      'successor',
    ])
      note(field, field in fields ? 1 : 0);
    for (const term of (fields['terms'] ?? []) as Record<string, unknown>[]) {
      note(String(term['kind']), 1);
      for (const field of [
        'period',
        'deadline',
        'owedBy',
        'each',
        'modality',
        'partOf',
        'partition',
        'limits',
        'sameAs',
        'role',
        'baseline',
        'counts',
        'delivers',
        'per',
        'mfn',
        'unless',
      ])
        note(`term ${field}`, field in term ? 1 : 0);
    }
  }
  for (const rule of tried.flat().flatMap(({ broken }) => broken)) note(`breaks ${rule}`, 1);
  expect(Object.entries(times).filter(([, count]) => count < 3)).toEqual([]);
});
