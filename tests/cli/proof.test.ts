import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenTo } from '../../src/cli/commands/serve.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { openLedger } from '../../src/compose.ts';
import { parseCheckpoint, parseKey, signersOf, verify } from '../../src/proof/verifier.ts';
import { exportLine, leafOfLine } from '../../src/store/log.ts';

const bin = join(import.meta.dirname, '../../src/bin.js');
let folder: string;
const at = (name: string): string => join(folder, name);

type Ended = { readonly code: number; readonly out: string; readonly err: string };

function run(file: string, args: readonly string[], cwd = folder): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd, env: {} }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

const ledger = (...args: string[]): Promise<Ended> => run(bin, ['--data', at('ledger'), ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-proof-'));
  expect(await ledger('restore', ...summitFiles)).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('an export has its checkpoint beside it, and both are verified with the key', async () => {
  await ledger('export', 'export.ndjson');
  const { out: key } = await ledger('key');
  const files = ['export.ndjson', 'export.ndjson.checkpoint'];
  expect(await ledger('verify', ...files, '--key', key.trim())).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^proven: export\.ndjson holds, unchanged, the first 88 events of \S+; signed by \S+\n$/),
  });
  expect(await ledger('verify', ...files)).toMatchObject({ code: 2, out: expect.stringContaining('no signature was checked') });
  writeFileSync(at('edited.ndjson'), readFileSync(at('export.ndjson'), 'utf8').replace('350000000000', '340000000000'));
  expect(
    await ledger('verify', 'edited.ndjson', 'export.ndjson.checkpoint', 'export.ndjson', '--key', key.trim()),
  ).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^NOT proven: .* the first that differs from export\.ndjson is line \d+\n$/),
  });
  expect(await ledger('verify', 'nowhere.ndjson')).toMatchObject({ code: 2 });
  await ledger('export', 'part.ndjson', '--limit', '5');
  expect(existsSync(at('part.ndjson.checkpoint'))).toBe(false);
});

test('a backup has the checkpoint of its size beside it, which the ledger that is restored from it is verified with', async () => {
  expect(await ledger('backup', 'ledger.backup')).toMatchObject({ code: 0 });
  const { out: key } = await ledger('key');
  await run(bin, ['--data', at('restored'), 'restore', 'ledger.backup']);
  await run(bin, ['--data', at('restored'), 'export', 'restored.ndjson']);
  expect(await ledger('verify', 'restored.ndjson', 'ledger.backup.checkpoint', '--key', key.trim())).toMatchObject({
    code: 0,
    out: expect.stringContaining('the first 88 events'),
  });
});

test('a report is held to an export or a checkpoint, by the events that it says it is made from', async () => {
  const { out: key } = await ledger('key');
  const verified = (...files: string[]) => verify(files.map(at), [key.trim()]);
  await ledger('checkpoint', '-o', 'all.checkpoint');
  await ledger('checkpoint', '--size', '42', '-o', 'early.checkpoint');
  await ledger('export', 'whole.ndjson');
  for (const form of ['json', 'md', 'html']) {
    const report = `report.${form}`;
    await ledger('report', 'alliance-costs', '--form', form, '--size', '42', '-o', report);
    const proven = { code: 0, sentence: expect.stringContaining(`${report} says that it was made from the first 42 events`) };
    expect(await verified(report, 'whole.ndjson', 'all.checkpoint')).toMatchObject(proven);
    expect(await verified(report, 'early.checkpoint')).toMatchObject(proven);
    expect(await verified(report, 'all.checkpoint')).toMatchObject({
      code: 2,
      sentence: expect.stringContaining('expected a checkpoint of 42 events, or an export, found none'),
    });
    const text = readFileSync(at(report), 'utf8');
    const root = /Root of these events\W[^=]{0,30}?([\w+/]{43}=)/.exec(text)?.[1] ?? JSON.parse(text).report.root;
    writeFileSync(at(`other.${form}`), text.replaceAll(root, Buffer.alloc(32).toString('base64')));
    for (const held of [['early.checkpoint'], ['whole.ndjson', 'all.checkpoint']])
      expect(await verified(`other.${form}`, ...held)).toMatchObject({
        code: 1,
        sentence: expect.stringContaining('was not made from the first 42 events'),
      });
  }
  expect(await ledger('verify', 'report.md', 'early.checkpoint', '--key', key.trim())).toMatchObject({ code: 0 });
  // What a checkpoint does not cover is proven by no export.
  await ledger('report', 'alliance-costs', '--form', 'json', '-o', 'late.json');
  expect(await verified('late.json', 'whole.ndjson', 'early.checkpoint')).toMatchObject({ code: 2 });
});

test('an event is proven in one file, or as a proof with its line beside it', async () => {
  const event = '01K38TCSG0E13T5MGP7VBN82TM';
  const { out: key } = await ledger('key');
  await ledger('prove', event, '-o', 'event.json');
  await ledger('prove', event, '-o', 'event.tlog-proof', '--size', '50');
  for (const files of [['event.json'], ['event.tlog-proof', 'event.ndjson']])
    expect(await ledger('verify', ...files, '--key', key.trim())).toMatchObject({
      code: 0,
      out: expect.stringContaining('is event 22 of the first'),
    });
  expect(await ledger('prove', '01K38TCSG0E13T5MGP7VBN82TZ')).toMatchObject({
    code: 1,
    err: expect.stringContaining('found none'),
  });
});

test('a bundle is verified by the verifier in it, alone in its folder', async () => {
  expect(await ledger('bundle', 'bundle', '01K38TCSG0E13T5MGP7VBN82TM')).toMatchObject({ code: 0 });
  expect(await run('verifier.ts', ['.'], at('bundle'))).toEqual({ code: 0, out: expect.stringMatching(/^proven: /), err: '' });
  expect(await ledger('verify', 'bundle')).toMatchObject({ code: 0 });
  const lines = readFileSync(at('bundle/ledger.ndjson'), 'utf8');
  writeFileSync(at('bundle/ledger.ndjson'), lines.replace('350000000000', '340000000000'));
  expect(await run('verifier.ts', ['.'], at('bundle'))).toMatchObject({ code: 1, out: expect.stringMatching(/^NOT proven: /) });
  expect(await ledger('bundle', 'bundle')).toMatchObject({ code: 1, err: expect.stringContaining('expected an empty folder') });
});

test('the key that signs is for its owner only, and another may be given', async () => {
  await ledger('key');
  expect(statSync(at('ledger/signing-key.pem')).mode & 0o777).toBe(0o600);
  const [own, other] = [await ledger('key'), await ledger('key', '--key', 'other.pem')];
  expect(other.code).toBe(0);
  expect(parseKey(other.out).id).not.toBe(parseKey(own.out).id);
});

test('a witness keeps what it has seen, co-signs it, and refuses a service that has another past', async () => {
  const data = at('served');
  await run(bin, ['--data', data, 'restore', ...summitFiles]);
  const serve = async () => {
    const opened = await openLedger({ data });
    const listening = await listenTo(opened, { host: '127.0.0.1', port: 0 });
    return { url: listening.url, close: async () => listening.close().then(() => opened.close()) };
  };
  let service = await serve();
  const witness = () => ledger('witness', service.url, '--state', 'witness', '--cosign', 'witness.example');
  const first = await ledger('checkpoint', '--server', service.url, '--size', '25', '-o', 'older.checkpoint');
  expect(first).toMatchObject({ code: 0 });
  expect(await witness()).toMatchObject({ code: 0, out: expect.stringContaining('the first 88 events') });
  const seen = readFileSync(at('witness/ledger.checkpoint'), 'utf8');
  const cosigner = parseKey(readFileSync(at('witness/cosigner.key'), 'utf8'));
  expect(signersOf(parseCheckpoint(seen).note, [cosigner])).toHaveLength(1);
  expect(await witness()).toMatchObject({ code: 0 });
  expect(await ledger('verify', '--server', service.url)).toMatchObject({ code: 0 });
  expect(await ledger('verify', 'older.checkpoint', '--server', service.url)).toMatchObject({
    code: 0,
    out: expect.stringContaining('the 25 events of older.checkpoint are the first of the 88'),
  });
  await service.close();

  const log = new DatabaseSync(join(data, 'log.sqlite'));
  const row = log.prepare('SELECT * FROM events WHERE sequence = 30').get() as Record<string, string & number>;
  const event = { ...row, recordedBy: 'nobody' } as unknown as Parameters<typeof exportLine>[1];
  log
    .prepare("UPDATE events SET recorded_by = 'nobody', leaf = ? WHERE sequence = 30")
    .run(leafOfLine(exportLine('/ledgers/korea-2025', event)));
  log.exec('DELETE FROM checkpoints');
  log.close();
  for (const file of ['proof.sqlite', 'views.sqlite'])
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(data, file + suffix), { force: true });
  service = await serve();
  expect(await ledger('verify', '--server', service.url)).toMatchObject({ code: 0 });
  const refused = await witness();
  expect(refused).toMatchObject({ code: 1, out: expect.stringMatching(/^NOT proven: /) });
  expect(readFileSync(at('witness/ledger.checkpoint'), 'utf8').split('\u2014')[0]).toBe(seen.split('\u2014')[0]);
  expect(await ledger('verify', 'older.checkpoint', '--server', service.url)).toMatchObject({ code: 0 });
  await service.close();
});
