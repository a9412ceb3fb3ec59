import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { history as firstEdition } from '../firstEdition/histories.ts';
import { plainHistory, tries } from '../plainHistories.ts';
import { brokenBy } from './judge.ts';
import { ruleOf } from './places.ts';
import { ledgerEvent } from '../../../domain/announcement.ts';
import { termShapes } from '../../../domain/terms.ts';
import { fold } from './fold.ts';
import { toldTerms } from './terms.ts';
import { type Announcement, type Event, openingOf, timelineOf } from './timeline.ts';

// `npm run test:fuzz` tries more of them.
const numRuns = process.env['LEDGER_FUZZ'] === undefined ? 100 : 5000;
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

const sample = fc.sample(tries, { numRuns: 400, seed: 20261127 });

/** Fields that say nothing the rules ask for: words, and where they stand. */
const unread = new Set(['title', 'topic', 'names', 'sources', 'summary', 'note', 'confidence', 'translation']);
/** A tariff is no figure that is delivered, and one commitment has no links that lead anywhere. */
const leftOut = new Set(['opened.links', 'tariff.delivers']);

test('random histories hold all types, every field of each, and every kind of term with every field', () => {
  const tried = sample.flat();
  const accepted = tried.filter(({ broken }) => broken.length === 0).map(({ event }) => event);
  const found = new Set<string>();
  const note = (owner: string, fields: object): void => {
    found.add(owner);
    for (const [field, value] of Object.entries(fields)) {
      if (Array.isArray(value) && value.length === 0) continue;
      found.add(`${owner}.${field}`);
      if (typeof value === 'string') found.add(`${owner}.${field} ${value}`);
    }
  };
  // What is refused is compared too.
  for (const { type, data } of tried.map(({ event }) => event)) {
    note(type, data);
    for (const term of 'terms' in data ? (data.terms ?? []) : []) note(term.kind, term);
  }
  const shapes = [
    ...ledgerEvent.options.map(({ shape }) => [shape.type.value, shape.data.shape] as const),
    ...Object.entries(termShapes),
  ];
  const missing = shapes.flatMap(([owner, shape]) => {
    const fields = Object.entries(shape).filter(([field]) => !unread.has(field) && !leftOut.has(`${owner}.${field}`));
    const isKind = owner in termShapes;
    const choices = (isKind ? [] : fields).flatMap(([field, schema]) =>
      optionsOf(schema).map((one) => `${owner}.${field} ${one}`),
    );
    return [...fields.map(([field]) => `${owner}.${field}`), ...choices].filter((one) => !found.has(one));
  });
  expect(missing).toEqual([]);
  const types = ledgerEvent.options.map(({ shape }) => shape.type.value);
  expect(types.filter((type) => accepted.filter((event) => event.type === type).length < 10)).toEqual([]);
  const rules = tried.flatMap(({ broken }) => [...new Set(broken.map(ruleOf))]);
  const rare = Object.entries(Object.groupBy(rules, (rule) => rule)).filter(([, all]) => (all?.length ?? 0) < 3);
  expect(rare).toEqual([]);
});

/** The choices of a field that has some. */
function optionsOf(schema: unknown): string[] {
  const { options, unwrap } = schema as { options?: unknown[]; unwrap?: () => unknown };
  if (options?.every((one) => typeof one === 'string')) return options;
  return unwrap && !('element' in (schema as object)) ? optionsOf(unwrap.call(schema)) : [];
}

test('random histories hold what is hard about parties and days', () => {
  const histories = sample.map((tried) => tried.filter(({ broken }) => broken.length === 0).map(({ event }) => event));
  const found: Record<string, number> = {};
  const note = (what: string, is: boolean): void => {
    found[what] = (found[what] ?? 0) + (is ? 1 : 0);
  };
  for (const events of histories) {
    const timeline = timelineOf(events);
    const state = fold(openingOf(events), timeline);
    for (const [index, { type, data, day, effectOn, time }] of timeline.entries()) {
      const before = timeline.slice(0, index);
      note('an effect that lies ahead', effectOn > day);
      note(
        'a late find',
        timeline.slice(index + 1).some((other) => other.time < time),
      );
      note('a coarse day', /^\d{4}(-\d\d)?$/.test(data.happened));
      note('an open day', data.happened.includes('..'));
      note('an effect that is open at its beginning', data.effective?.startsWith('..') === true);
      note('an effect that is open at its end', data.effective?.endsWith('..') === true);
      note('who is dissolved with a successor', data.successor !== undefined && type === 'left');
      const gone = before.filter((other) => other.type === 'left').flatMap((other) => other.data.parties ?? []);
      note('who joins again', type === 'joined' && data.parties?.some((party) => gone.includes(party)) === true);
      note('several who speak', data.saidBy.length > 1);
      note(
        'one who speaks for another',
        data.saidBy.some((speaker) => speaker.for !== undefined),
      );
    }
    note(
      'a notice that was revoked',
      timeline.some(({ type, data }) => type === 'resumed' && isNotice(timeline, data.resumes)),
    );
    note('all have left', state.abandoned !== undefined);
    note('an end', state.stage === 'ended');
    note('a dispute that stays open', state.disputes.size > 0);
    note(
      'figures side by side',
      toldTerms(state).some((one, index, all) => all.findIndex((other) => other.term.key === one.term.key) !== index),
    );
    note(
      'what several owe each by himself',
      toldTerms(state).some(({ isEach, owedBy }) => isEach && owedBy.length > 1),
    );
    note(
      'what is delivered of a part',
      state.deliveries.some(({ key }) => toldTerms(state).some(({ term }) => term.key === key && term.partOf !== undefined)),
    );
  }
  expect(Object.entries(found).filter(([, count]) => count < 3)).toEqual([]);
});

function isNotice(timeline: readonly Announcement[], ids: readonly string[] = []): boolean {
  return timeline.some(({ id, day, effectOn }) => ids.includes(id) && effectOn > day);
}
