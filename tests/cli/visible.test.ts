import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { parseDay } from '../../domain/dates.ts';
import { viewNamed } from '../../projections/views/views.ts';
import { printHistory } from '../../src/cli/text/history.ts';
import { printChanges, printEvent, printFigureForEver, printList, printRecord, printView } from '../../src/cli/text/print.ts';
import { changesBetween } from '../../src/read/changes.ts';
import { commitmentAt, figureAt, historyAt } from '../../src/read/queries.ts';
import { listAt } from '../../src/read/list.ts';
import { viewAt } from '../../src/read/viewAt.ts';
import { answerCut } from '../../projections/cut.ts';
import { forReading, laidOut, oneLine, visible, visibleJson } from '../../src/cli/text/visible.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { bytes, given } from '../helpers/given.ts';

test('controls of every kind are shown as escapes', () => {
  expect(visible('a\x1b[2J\x07\x9b1m\x7f\r\n\tb\u202e\u2028\u061c\ufeff\ud800')).toBe(
    String.raw`a\x1b[2J\x07\x9b1m\x7f\r` + '\n' + String.raw`\tb\u202e\u2028\u061c\ufeff\ud800`,
  );
  expect(oneLine('a\nb')).toBe(String.raw`a\nb`);
  expect(visible('회담 – “ça va”, 日本, 👩‍🚀, נתון')).toBe('회담 – “ça va”, 日本, 👩‍🚀, נתון');
  expect(laidOut('\u2068נתון\u2069\u202e')).toBe('\u2068נתון\u2069\\u202e');
});

test('words spelled in tags, which no reader sees, are shown as escapes, in JSON as the same value', () => {
  const hidden = 'a\u{e0041}b\u200bc';
  expect(visible(hidden)).toBe(String.raw`a\u{e0041}b\u200bc`);
  const json = visibleJson(JSON.stringify(hidden));
  expect(json).toBe(String.raw`"a\udb40\udc41b\u200bc"`);
  expect(JSON.parse(json)).toBe(hidden);
});

test('JSON on a terminal is the same value without a control', () => {
  const value = { 'a\u202e': ['\x9b31m', '\x1b]0;x\x07', 'line\u2028separator\n\t', 1, null, '\ud800'] };
  for (const json of [JSON.stringify(value), JSON.stringify(value, undefined, 2)]) {
    const shown = visibleJson(json);
    expect(JSON.parse(shown)).toEqual(value);
    expect(controlsIn(shown)).toEqual([]);
  }
});

test('of an answer, one-line fields stay on one line, and right-to-left words are isolated', () => {
  expect(forReading({ title: 'Ships\nTotals', terms: [{ text: 'a\r\nb\tc' }], names: { 'x\n': 'שלום' } })).toEqual({
    title: String.raw`Ships\nTotals`,
    terms: [{ text: 'a\u2028b c' }],
    names: { [String.raw`x\n`]: '\u2068שלום\u2069' },
  });
});

/** The controls of a text for a terminal, but for the line feed and the marks around right-to-left words. */
// oxlint-disable-next-line no-control-regex
const controlsIn = (text: string): string[] => text.match(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066\u2067]/g) ?? [];

/** Clears the screen, names the window, writes the clipboard, colours, turns around, and forges lines. */
const hostile = '\x1b[2J\x1b[1;1H\x1b]0;owned\x07\x1b]52;c;cm0=\x07\x9b31m\u2069\u202e\nFORGED line\n\n  FORGED sum';

/** A ledger of before such words were refused, which holds them wherever it can; they stand after `mark`. */
async function olderLedger(evil: string): Promise<ReturnType<typeof given> & { id: string; disputed: string }> {
  const [id, pledge, dispute, correction, amendment] = [1, 2, 3, 4, 5].map((n) => `01K7000000EV1000000000000${n}`) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const source = { publisher: `P${evil}`, title: `S${evil}`, url: 'https://example.org/1', quote: { exact: `Q${evil}` } };
  const common = { happened: '2025-08-22', sources: [source], summary: `U${evil}`, note: `N${evil}` };
  const saidBy = [{ actor: 'person:kim', name: `K${evil}`, for: 'KR', role: `R${evil}` }];
  const money = { kind: 'money', qualifier: 'exact', min: '5', max: '5', currency: 'USD' };
  const terms = [{ key: 'total', ...money, text: `T${evil}` }];
  const instrument = { kind: `I${evil}`, title: `J${evil}`, date: '2025-08-22', parties: ['KR'], binding: 'yes' };
  const readings = [{ party: 'US', text: `V${evil}`, by: { actor: 'person:bo', name: `B${evil}` } }];
  const from = ['KR', 'org:x'];
  const events: [string, string, object][] = [
    [id, 'opened', { title: `C${evil}`, topic: 'trade/x', from, to: ['US'], names: { 'org:x': `O${evil}` } }],
    [pledge, 'formalised', { ...common, saidBy, terms, instrument, effective: '2025-08-22' }],
    [dispute, 'disputed', { ...common, saidBy, ground: 'figures', about: { announcement: pledge, term: 'total' }, readings }],
    [
      correction,
      'corrected',
      { corrects: pledge, mode: 'refine', changes: { summary: `W${evil}` }, reason: `X${evil}`, sources: [source] },
    ],
    [amendment, 'amended', { ...common, saidBy, terms: [{ key: 'other', ...money, text: `Y${evil}` }] }],
  ];
  const lines = events.map(([own, type, data]) => {
    const attributes = { specversion: '1.0', source: '/ledgers/old', subject: id, time: '2025-08-23T00:00:00Z' };
    return JSON.stringify({ ...attributes, id: own, type: `commitment.${type}`, recordedby: `D${evil}`, data });
  });
  const log = openMemoryLog({ ledger: '/ledgers/old' });
  const restored = await restoreLines(log, bytes(lines.join('\n')), { clock: Date.now });
  expect(restored).toEqual({ restored: 5, present: 0 });
  return { ...given(log), id, disputed: pledge };
}

/** Everything that a terminal is shown of it, wide enough for every row. */
async function shownOf({ reader, ledger, cut, id, disputed }: Awaited<ReturnType<typeof olderLedger>>): Promise<string[]> {
  const wide = 100_000;
  const at = await cut({ asOf: '2025-09-01' });
  const record = await commitmentAt(reader, id, at);
  const history = await historyAt(reader, id, at);
  const figure = await figureAt(reader, disputed, 'total', at);
  const view = viewNamed('trade-terms');
  if (!record || !history || !figure || !view) throw new Error('expected answers, found none');
  const list = await listAt(reader, {}, at, { after: 0, limit: 10 });
  const none = { asOf: parseDay('2025-09-01') ?? 0, knownAt: null, size: 0 };
  const events = (await ledger.log.read(0, 10)).map((event) => ({ ...event, data: JSON.parse(event.data) }) as Recorded);
  return [
    printRecord(record, wide),
    printHistory(history, wide),
    printFigureForEver(figure, wide, figure),
    printView(await viewAt(reader, view, at), wide),
    printList({ commitments: list.commitments, cut: answerCut(at) }, wide),
    printChanges(await changesBetween(reader, none, at), wide),
    ...events.map((event) => printEvent(event, record.title)),
  ].map(laidOut);
}

test('whatever an older ledger holds reaches the terminal as words: no control, no line that is not the ledger’s', async () => {
  const shown = await shownOf(await olderLedger(hostile));
  const plain = await shownOf(await olderLedger(' plain'));
  const rows = (text: string | undefined): string[] => (text ?? '').split('\n').filter((line) => line.trim() !== '');
  const isForged = (row: string): boolean => row.trim().startsWith('FORGED');
  for (const [index, text] of shown.entries()) {
    expect(controlsIn(text)).toEqual([]);
    expect(text).toContain(String.raw`\x1b[2J`);
    // Only prose has several lines, and each stands further in than its row begins.
    for (const row of rows(text).filter(isForged)) expect(row).toMatch(/^ {6,}/);
    expect(rows(text).filter((row) => !isForged(row))).toHaveLength(rows(plain[index]).length);
  }
  for (const line of shown.slice(-5)) expect(rows(line)).toHaveLength(1);
});

test('words written from right to left turn nothing around that stands beside them', async () => {
  const shown = await shownOf(await olderLedger(' שלום 12 עולם'));
  for (const text of shown) {
    // BibTeX is there to be copied: nothing is added to it.
    for (const line of text.replace(/@misc\{[\s\S]*/, '').split('\n')) {
      let depth = 0;
      for (const char of line) {
        if (char === '\u2068') depth++;
        else if (char === '\u2069') depth--;
        else if (/[\u0590-\u05ff]/.test(char)) expect(depth).toBe(1);
      }
      expect(depth).toBe(0);
    }
  }
  // The words of the term stand in no quote, though both are isolated.
  expect(shown[1]).toContain('[\u2068T שלום 12 עולם\u2069]');
});
