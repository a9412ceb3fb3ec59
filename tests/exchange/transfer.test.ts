import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/read/check.ts';
import { chain } from '../../src/cli/inputs.ts';
import { KeptCommitments } from '../../src/command/memory.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { exportLines, importLines, type RefusedLine, restoreLines } from '../../src/exchange/transfer.ts';
import { bytes, given, givenSummits } from '../helpers/given.ts';

const clock = (): number => Date.parse('2026-01-01T00:00:00Z');
const lines = summitFiles.flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'));
const empty = () => openMemoryLog({ ledger: '/ledgers/korea-2025' });

async function exported(log: Parameters<typeof exportLines>[0]): Promise<string> {
  return (await Array.fromAsync(exportLines(log))).join('');
}

async function imported(text: string | Uint8Array, log = empty()) {
  const refused: RefusedLine[] = [];
  async function* chunks() {
    yield typeof text === 'string' ? Buffer.from(text) : text;
  }
  const result = await importLines({ ...given(log).ledger, log }, chunks(), { onRefused: (one) => refused.push(one) });
  return { ...result, refusals: refused, size: await log.size() };
}

test('the real input restores with 88 events of 27 commitments, and its export restores to the same bytes', async () => {
  const { ledger } = await givenSummits();
  const first = await exported(ledger.log);
  expect(first.trim().split('\n')).toHaveLength(88);
  expect(
    new Set(
      first
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).subject),
    ).size,
  ).toBe(27);
  const copy = empty();
  expect(await restoreLines(copy, bytes(first), { clock })).toEqual({ restored: 88, present: 0 });
  expect(await exported(copy)).toBe(first);
});

test('an exported line is canonical JSON with sequence and stream revision', async () => {
  const { ledger } = await givenSummits();
  const [line = ''] = (await exported(ledger.log)).split('\n');
  expect(Object.keys(JSON.parse(line))).toEqual([
    'data',
    'datacontenttype',
    'id',
    'recordedby',
    'sequence',
    'source',
    'specversion',
    'streamrevision',
    'subject',
    'time',
    'type',
  ]);
  expect(line).toContain('"sequence":1,"source":"/ledgers/korea-2025","specversion":"1.0","streamrevision":0,');
  expect(line).toContain('"time":"2025-08-22T12:00:00.000Z"');
});

test('the real input can be imported too, with new recording times and this recorder; again, all is skipped', async () => {
  const log = empty();
  expect(await imported(lines.join('\n'), log)).toMatchObject({ recorded: 88, refused: 0, size: 88 });
  expect(await imported(lines.join('\n'), log)).toMatchObject({ recorded: 0, skipped: 88, refused: 0, size: 88 });
  const [event] = await log.read(0, 1);
  expect(event).toMatchObject({ recordedBy: 'tester', time: Date.parse('2026-01-01T12:00:00Z') });
});

test('an import reports a refused line with its number and goes on', async () => {
  const text = [lines[0], '{"broken', lines[1]?.replace('"expected"', '"wish"'), lines[1]].join('\n');
  const result = await imported(text);
  expect(result).toMatchObject({ recorded: 2, refused: 2, size: 2 });
  expect(result.refusals.map(({ number }) => number)).toEqual([2, 3]);
  expect(result.refusals[1]?.rejection.problems[0]?.pointer).toBe('/data/mode');
});

test.each([
  ['without a final newline', lines.slice(0, 2).join('\n')],
  ['with a BOM', `\uFEFF${lines.slice(0, 2).join('\n')}\n`],
  ['with CRLF', `${lines.slice(0, 2).join('\r\n')}\r\n`],
  ['with empty lines', `\n${lines.slice(0, 2).join('\n\n')}\n\n`],
])('reads a file %s', async (_, text) => {
  expect(await imported(text)).toMatchObject({ recorded: 2, refused: 0, size: 2 });
});

test('a file that was cut off loses only its last line, and says so', async () => {
  expect(await imported(lines.slice(0, 3).join('\n').slice(0, -40))).toMatchObject({ recorded: 2, refused: 1, size: 2 });
});

test('an import records each line as it comes, however long the next one takes', async () => {
  const log = empty();
  async function* slowly(): AsyncGenerator<Uint8Array> {
    for (const [index, line] of lines.slice(0, 4).entries()) {
      await expect.poll(() => log.size()).toBe(index);
      yield Buffer.from(`${line}\n`);
    }
  }
  await importLines({ ...given(log).ledger, log }, slowly(), { onRefused: () => expect.unreachable() });
  expect(await log.size()).toBe(4);
});

test('a file of 0 bytes holds nothing', async () => {
  expect(await imported('')).toMatchObject({ recorded: 0, refused: 0, size: 0 });
  expect(await restoreLines(empty(), bytes(''), { clock })).toEqual({ restored: 0, present: 0 });
});

test('bytes that are no UTF-8 are refused', async () => {
  expect(await imported(Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]))).toMatchObject({ refused: 1, size: 0 });
});

test('a line without end is refused and what follows is read', async () => {
  expect(await imported(`${'x'.repeat(3_000_000)}\n${lines[0]}\n`)).toMatchObject({ recorded: 1, refused: 1 });
});

const changedLine = (index: number, change: Record<string, unknown>): string =>
  lines
    .slice(0, 4)
    .map((line, at) => (at === index ? JSON.stringify({ ...JSON.parse(line), ...change }) : line))
    .join('\n');

test.each([
  ['a wrong sequence', changedLine(2, { sequence: 7 }), 3, '/sequence'],
  ['a wrong stream revision', changedLine(1, { streamrevision: 5 }), 2, '/streamrevision'],
  ['two sources', changedLine(2, { source: '/ledgers/other' }), 3, '/source'],
  ['a time that goes back', changedLine(2, { time: '2025-08-22T11:59:59Z' }), 3, '/time'],
  ['a time that lies ahead', changedLine(3, { time: '2026-01-01T00:00:01Z' }), 4, '/time'],
  ['an id twice', changedLine(3, { id: JSON.parse(lines[0] ?? '').id }), 4, '/id'],
  ['no recorder', changedLine(1, { recordedby: undefined }), 2, '/recordedby'],
  ['an unknown attribute', changedLine(1, { dataschema: 'x' }), 2, '/dataschema'],
  ['a figure as a JSON number', changedLine(1, { data: { ...JSON.parse(lines[1] ?? '').data, due: 5 } }), 2, '/data/due'],
])('a restore stops at %s, names the line, and keeps what stood before it', async (_, text, number, pointer) => {
  const log = empty();
  const result = await restoreLines(log, bytes(text), { clock });
  expect(result).toMatchObject({ number, rejection: { problems: [{ pointer }] } });
  expect(await log.size()).toBe(number - 1);
});

test('a restore that was interrupted goes on where it stopped', async () => {
  const log = empty();
  await restoreLines(log, bytes(lines.slice(0, 30).join('\n')), { clock });
  expect(await restoreLines(log, bytes(lines.join('\n')), { clock })).toEqual({ restored: 58, present: 30 });
});

test('a restore into a ledger that holds something else is refused and writes nothing', async () => {
  const log = empty();
  await restoreLines(log, bytes(lines.slice(0, 2).join('\n')), { clock });
  expect(await restoreLines(log, bytes(lines.slice(2).join('\n')), { clock })).toMatchObject({ number: 1 });
  expect(await restoreLines(log, bytes(lines.slice(0, 1).join('\n')), { clock })).toMatchObject({ number: 2 });
  expect(await log.size()).toBe(2);
});

test('a restore judges each line as of its own time', async () => {
  const early = JSON.stringify({ ...JSON.parse(lines[0] ?? ''), time: '2025-08-20T00:00:00Z' });
  const tooEarly = JSON.stringify({ ...JSON.parse(lines[1] ?? ''), time: '2025-08-20T00:00:00Z' });
  expect(await restoreLines(empty(), bytes([early, tooEarly].join('\n')), { clock })).toMatchObject({
    number: 2,
    rejection: { reason: 'not-begun' },
  });
});

test('a clock, an order, a media type with parameters: of these an import takes whatever a line says, or nothing', async () => {
  // Variants of CloudEvents as other tools write them, shortened.
  const opened = (n: number, more: Record<string, unknown>): string => {
    const id = `01K7000000S0000000000000${String(n).padStart(2, '0')}`;
    const data = { title: 'C', topic: 'trade/x', from: ['KR'], to: ['US'] };
    const attributes = { specversion: '1.0', source: '/ledgers/ce', type: 'commitment.opened', id, subject: id };
    return JSON.stringify({ ...attributes, time: '2025-10-01T00:00:00Z', recordedby: 'desk', data, ...more });
  };
  const variants: [Record<string, unknown>, string?][] = [
    [{}],
    [{ datacontenttype: 'application/json; charset=utf-8' }],
    [{ datacontenttype: 'Application/JSON;charset="UTF-8"' }],
    [{ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }, '/traceparent'],
    [{ time: undefined }],
    [{ dataschema: 'https://example.org/s.json' }, '/dataschema'],
    [{ specversion: '1.0.2' }, '/specversion'],
    [{ time: '2025-10-01T00:00:00.1234567Z' }],
    [{ time: 'yesterday', source: undefined }],
    [{ recordedby: undefined }],
    [{ sequence: '11', streamrevision: '0' }],
    [{ datacontenttype: 'application/cloudevents+json' }, '/datacontenttype'],
  ];
  const log = empty();
  const { refusals, recorded } = await imported(variants.map(([more], index) => opened(index, more)).join('\n'), log);
  expect(refusals.map(({ number, rejection }) => [number, rejection.problems.map(({ pointer }) => pointer)])).toEqual(
    variants.flatMap(([, pointer], index) => (pointer === undefined ? [] : [[index + 1, [pointer]]])),
  );
  expect(recorded).toBe(8);
  const times = new Set((await log.read(0, 10)).map(({ time, recordedBy }) => `${time} ${recordedBy}`));
  expect([...times]).toEqual([`${Date.parse('2026-01-01T12:00:00Z')} tester`]);
});

test('a line of nothing but a line separator is no empty line', async () => {
  expect(await imported(`\u2028\n${lines[0]}\n \t\n`)).toMatchObject({ recorded: 1, refused: 1 });
});

/** The real input of which the line at `index` and all after it were recorded in 2099, as a wrong clock does it. */
const recordedIn2099 = (index: number): string[] =>
  lines.map((line, at) => (at < index ? line : JSON.stringify({ ...JSON.parse(line), time: '2099-01-01T00:00:00Z' })));

test('what a wrong clock recorded stops a restore, and as recorded it is restored to the same bytes and listed', async () => {
  const text = recordedIn2099(84).join('\n');
  expect(await restoreLines(empty(), bytes(text), { clock })).toMatchObject({
    number: 85,
    isSound: true,
    rejection: { problems: [{ pointer: '/time' }] },
  });
  const log = empty();
  const result = await restoreLines(log, bytes(text), { clock, asRecorded: true });
  expect(result).toMatchObject({ restored: 88, present: 0, broken: [85, 86, 87, 88].map((number) => ({ number })) });
  // Whatever a ledger exports can be restored.
  const out = await exported(log);
  const copy = empty();
  expect(await restoreLines(copy, bytes(out), { clock, asRecorded: true })).toMatchObject({ restored: 88 });
  expect(await exported(copy)).toBe(out);
  // One that goes on lists what stands there already too.
  expect(await restoreLines(copy, bytes(out), { clock, asRecorded: true })).toMatchObject({
    restored: 0,
    present: 88,
    broken: [{ number: 85 }, { number: 86 }, { number: 87 }, { number: 88 }],
  });
  expect((await check(copy, undefined, clock)).findings).toEqual([
    expect.stringMatching(
      /^event 85 \(.* of .*\) and 3 more after it: .* found 2099-01-01.* restore the lines before event 85/,
    ),
  ]);
  expect((await check(copy)).findings).toEqual([]);
});

test('as recorded, what breaks a rule is taken and listed, also in a commitment that can then not be put together', async () => {
  const lineAt = (index: number): Record<string, unknown> => JSON.parse(lines[index] ?? '');
  const stream = (index: number): unknown => lineAt(index)['subject'];
  const correction = {
    ...lineAt(1),
    id: '01K7000000BR0KEN0000000001',
    type: 'commitment.corrected',
    data: {
      corrects: '01K7000000NEVER00000000001',
      mode: 'retract',
      reason: 'x',
      sources: [{ publisher: 'x', sha256: 'a'.repeat(64) }],
    },
  };
  const after = { ...lineAt(1), id: '01K7000000BR0KEN0000000002', subject: stream(1) };
  const early = {
    ...lineAt(1),
    id: '01K7000000BR0KEN0000000003',
    subject: stream(2),
    data: { ...(lineAt(1)['data'] as object), happened: '2031' },
  };
  const text = [
    ...lines.slice(0, 4),
    ...[correction, after, early].map((one) => JSON.stringify(one)),
    ...lines.slice(4, 12),
  ].join('\n');
  expect(await restoreLines(empty(), bytes(text), { clock })).toMatchObject({
    number: 5,
    rejection: { reason: 'unknown-announcement' },
  });
  const log = empty();
  const result = await restoreLines(log, bytes(text), { clock, asRecorded: true });
  expect(result).toMatchObject({ restored: 15, present: 0 });
  const broken = 'broken' in result ? (result.broken ?? []) : [];
  expect(broken.map(({ number, rejection }) => [number, rejection.reason])).toEqual([
    [5, 'unknown-announcement'],
    [6, 'stream-unreadable'],
    [7, 'not-begun'],
  ]);
  const copy = empty();
  expect(await restoreLines(copy, bytes(await exported(log)), { clock, asRecorded: true })).toMatchObject({ restored: 15 });
  expect(await exported(copy)).toBe(await exported(log));
});

test.each([
  ['form', (line: Record<string, unknown>) => ({ ...line, data: {} })],
  ['order', (line: Record<string, unknown>) => ({ ...line, sequence: 9 })],
  ['time', (line: Record<string, unknown>) => ({ ...line, time: '2025-01-01T00:00:00Z' })],
  ['revision', (line: Record<string, unknown>) => ({ ...line, streamrevision: 9 })],
  ['id', (line: Record<string, unknown>) => ({ ...line, id: JSON.parse(lines[0] ?? '').id })],
])('as recorded, a restore still stops where the %s is not sound', async (_, change) => {
  const log = empty();
  const text = lines.slice(0, 4).map((line, at) => (at === 2 ? JSON.stringify(change(JSON.parse(line))) : line));
  expect(await restoreLines(log, bytes(text.join('\n')), { clock, asRecorded: true })).toMatchObject({ number: 3 });
  expect(await log.size()).toBe(2);
});

test('a commitment that is too large to be remembered is restored, whatever of it is on its way into the log', async () => {
  const log = empty();
  const kept = new KeptCommitments(2);
  expect(await restoreLines(log, bytes(lines.join('\n')), { clock, kept })).toEqual({ restored: 88, present: 0 });
});

test('files one after the other: a line is told by its own file and number, and each may begin with a mark', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-chain-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const files = [
    file('a', `\uFEFF${lines[0]}\n${lines[1]}`),
    file('empty', ''),
    file('b', `\uFEFF\n${lines[2]}\n`),
    file('c', `${lines[3]}\r\n{"cut`),
  ];
  const { bytes: all, placeOf } = chain(files);
  const log = empty();
  const result = await restoreLines(log, all, { clock });
  expect(await log.size()).toBe(4);
  expect('number' in result && placeOf(result.number)).toEqual({ file: files[3], number: 2 });
  expect([1, 2, 3, 4, 5].map((line) => placeOf(line))).toEqual([
    { file: files[0], number: 1 },
    { file: files[0], number: 2 },
    { file: files[2], number: 1 },
    { file: files[2], number: 2 },
    { file: files[3], number: 1 },
  ]);
  rmSync(folder, { recursive: true });
});

test('a line in which a name stands twice is refused on import and on restore, which names it', async () => {
  const [line = '', second = ''] = lines;
  const twice = [
    line.replace('"data": {', '"data": {"title": "First title", '),
    line.replace('{', '{"data":{},'),
    line.replace('"source": "', String.raw`"so\u0075rce": "/ledgers/other", "source": "`),
  ];
  for (const wrong of twice) {
    expect(wrong).not.toBe(line);
    const text = [line, wrong, second].join('\n');
    const result = await imported(text);
    expect(result.refusals).toMatchObject([
      { number: 2, rejection: { reason: 'invalid', problems: [{ detail: expect.stringContaining('each name once') }] } },
    ]);
    const log = empty();
    expect(await restoreLines(log, bytes(text), { clock })).toMatchObject({ number: 2, rejection: { reason: 'invalid' } });
    expect(await log.size()).toBe(1);
  }
});
