import { expect, test } from 'vitest';
import { exportLines } from '../../src/exchange/transfer.ts';
import { hashOf, isConsistent, parseCheckpoint, parseKey, signersOf, verify } from '../../src/proof/verifier.ts';
import { api } from '../helpers/api.ts';
import { givenSummits } from '../helpers/given.ts';

const source = (name: string, text: string) => ({ name, text, bytes: () => bytesOf(text) });
async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test('checkpoint, key, event proof and consistency are given, and the verifier takes each of them', async () => {
  const a = api(await givenSummits());
  const size = await a.size();
  const [note, key] = [await a.get('/proof/checkpoint'), await a.get('/proof/key')];
  expect([note, key].map(({ status, headers }) => [status, headers.get('Content-Type')])).toEqual([
    [200, 'text/plain; charset=utf-8'],
    [200, 'text/plain; charset=utf-8'],
  ]);
  const newest = parseCheckpoint(note.text);
  expect([newest.origin, newest.size]).toEqual([a.ledger.log.ledger, size]);
  expect(signersOf(newest.note, [parseKey(key.text)])).toHaveLength(1);
  const older = await a.get('/proof/checkpoint?size=25');
  const consistency = await a.get(`/proof/consistency?from=25&to=${size}`);
  const { hashes } = JSON.parse(consistency.text) as { hashes: string[] };
  expect(isConsistent(parseCheckpoint(older.text), newest, hashes.map(hashOf))).toBe(true);
  expect((await a.get('/proof/consistency?from=25')).text).toBe(consistency.text);

  const proven = await a.get('/proof/events/01K38TCSG0E13T5MGP7VBN82TM');
  const { line, proof } = JSON.parse(proven.text) as { line: string; proof: string };
  const asFile = await a.get('/proof/events/01K38TCSG0E13T5MGP7VBN82TM', { headers: { Accept: 'text/plain' } });
  expect(asFile.text).toBe(proof);
  expect(JSON.parse(line)).toMatchObject({ id: '01K38TCSG0E13T5MGP7VBN82TM' });
  const lines = (await Array.fromAsync(exportLines(a.ledger.log))).join('');
  for (const given of [
    [source('event.json', proven.text)],
    [source('event.tlog-proof', proof), source('event.ndjson', `${line}\n`)],
    [source('ledger.ndjson', lines), source('old.checkpoint', older.text), source('new.checkpoint', note.text)],
    [source('old.checkpoint', older.text), source('new.checkpoint', note.text), source('step.json', consistency.text)],
  ])
    expect(await verify(given, [key.text])).toEqual({ code: 0, sentence: expect.stringMatching(/^proven: .*signed by/) });
});

test('what is not recorded, and a size that is none, is refused', async () => {
  const a = api(await givenSummits());
  const size = await a.size();
  for (const [path, status] of [
    [`/proof/checkpoint?size=${size + 1}`, 404],
    ['/proof/checkpoint?size=0', 400],
    ['/proof/checkpoint?size=x', 400],
    ['/proof/events/01K38TCSG0E13T5MGP7VBN82TZ', 404],
    ['/proof/events/01K38TCSG0E13T5MGP7VBN82TM?size=1', 404],
    ['/proof/consistency', 400],
    ['/proof/consistency?from=9&to=3', 404],
    [`/proof/consistency?from=9&to=${size + 1}`, 404],
  ] as const)
    expect([path, (await a.get(path)).status]).toEqual([path, status]);
  expect((await api().get('/proof/checkpoint')).status).toBe(404);
});
