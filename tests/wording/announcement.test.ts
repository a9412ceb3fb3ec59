import { answered } from '../helpers/answered.ts';
import { expect, test } from 'vitest';
import { ledgerEvent, type LedgerEvent, type Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { changedBetween, historyInSteps } from '../../projections/history.ts';
import { recordOf } from '../../projections/record.ts';
import { printHistory } from '../../src/cli/text/history.ts';
import { entryOf } from '../../src/http/changes/atom.ts';
import { chronicle, recordingOrder, shownChronicle } from '../../src/http/page/chronicle.ts';
import { previewPart } from '../../src/http/record/preview.ts';
import { type Filled, fillings, withOther } from '../helpers/filled.ts';

/** Whatever is recorded can be read: on the page of the commitment, in its history, on a terminal, before it is recorded. */

const time = Date.parse('2026-01-02T12:00:00Z');
const id = '01K00000000000000000000001';
const first = '01K00000000000000000000002';
const commitment = '01K00000000000000000000009';
const cut = { asOf: 30_000, knownAt: time, size: 3 };

/** The events of a commitment whose last one says this. */
function recorded(event: LedgerEvent): Recorded[] {
  const opened = { type: 'opened', data: { title: 'A title', topic: 'trade', from: ['KR'], to: ['US'] } };
  const said = { happened: '2025-08-22', saidBy: [{ actor: 'KR' }], sources: [{ publisher: 'P', url: 'https://e.org/' }] };
  const target = { type: 'observed', data: said };
  const events = event.type === 'opened' ? [event] : event.type === 'corrected' ? [opened, target, event] : [opened, event];
  return events.map(
    (one, index) =>
      ({
        ...one,
        id: index === events.length - 1 ? id : index === 1 ? first : commitment,
        stream: commitment,
        sequence: index + 1,
        revision: index,
        time,
        recordedBy: 'desk',
      }) as Recorded,
  );
}

const noNeighbours = { milestones: () => undefined, exchangedFor: () => [], called: () => undefined };

const renderings: Record<string, (events: readonly Recorded[], commitment: Commitment) => Promise<string> | string> = {
  'the page of the commitment': async (events, of) => {
    const record = recordOf(of, cut, noNeighbours);
    const history = answered(historyInSteps(events, cut));
    return (await chronicle(shownChronicle(record, history), { record, history, to: (path) => path })).toString();
  },
  'the page of its history': async (events, of) => {
    const record = recordOf(of, cut, noNeighbours);
    return (await recordingOrder({ record, history: answered(historyInSteps(events, cut)), to: (path) => path }, 0)).toString();
  },
  'ledger history': (events) => printHistory(answered(historyInSteps(events, cut)), 100_000),
  'the Atom feed': (events, of) => {
    const { title, from } = of.opened.data;
    const changed = changedBetween(fold(events.slice(0, -1)), of);
    return entryOf({ event: events.at(-1) as Recorded, title, from, names: {}, changed }, 'http://localhost').join('\n');
  },
  'the preview of the form': async (events, of) => {
    const none = { lines: [], changes: [], corrected: [], hints: [], sums: [], again: false };
    return (await previewPart({ events: events.slice(-1), before: of, after: of, ...none })).toString();
  },
};

/** What an event of each type can say. */
function filledEvents(): { type: LedgerEvent['type']; filled: Filled }[] {
  return ledgerEvent.options.map((option) => {
    const [filled] = fillings(option.shape.data);
    if (!filled) throw new Error('expected data, found none');
    // A correction of the target above; what it changes is shown by the history.
    const type = option.shape.type.value;
    if (type !== 'corrected') return { type, filled };
    const value = withOther(withOther(filled.value, ['corrects'], first), ['changes'], { summary: 'Changed.' });
    return { type, filled: { value, leaves: filled.leaves.filter(({ path }) => path !== 'corrects') } };
  });
}

test.each(Object.keys(renderings))('every field that the schema knows is found on %s', async (name) => {
  const render = async (type: LedgerEvent['type'], data: unknown): Promise<string> => {
    const events = recorded({ type, data } as LedgerEvent);
    return (await renderings[name]?.(events, fold(events) as Commitment)) ?? '';
  };
  const seen = new Map<string, boolean>();
  for (const { type, filled } of filledEvents()) {
    const before = await render(type, filled.value);
    for (const { at, path, others, isText } of filled.leaves) {
      if (seen.get(path) === true) continue;
      const shown = new Set([before]);
      for (const other of others) {
        const text = await render(type, withOther(filled.value, at, other));
        if (!isText || text.includes(String(other))) shown.add(text);
      }
      seen.set(path, shown.size === others.length + 1);
    }
  }
  expect(seen.size).toBeGreaterThan(60);
  expect([...seen].filter(([, isSeen]) => !isSeen).map(([path]) => path)).toEqual([]);
});

test('how firmly a term is put, and whether its instrument binds, are said in words and not by their codes', () => {
  const instrument = { kind: 'memo', title: 'Note', date: '2025-08-10', parties: ['KR'], binding: 'no' };
  const term = { key: 'sum', kind: 'text', text: 'to invest', modality: 'intends' };
  const data = { happened: '2025-08-22', saidBy: [{ actor: 'KR' }], sources: [{ publisher: 'P', url: 'https://e.org/' }] };
  const event = ledgerEvent.parse({ type: 'formalised', data: { ...data, instrument, terms: [term] } });
  const events = recorded(event);
  const text = printHistory(answered(historyInSteps(events, cut)), 100_000);
  expect(text).toContain('(memo, 10 Aug 2025, parties: South Korea, not binding)');
  expect(text).toContain('stated as an intention');
  expect(text).not.toMatch(/modality|binding: /);
});
