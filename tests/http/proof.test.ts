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

const browser = { headers: { Accept: 'text/html' } };

test('the page of a commitment and of a figure lead to a proof that the verifier takes, under the checkpoint of their cut', async () => {
  const a = api(await givenSummits());
  const key = (await a.get('/proof/key')).text;
  for (const path of ['/commitments/01K38TCSG0D83FFH9B8VC8WDMT', '/figures/01K38TCSG0E13T5MGP7VBN82TM/total']) {
    const page = (await a.get(`${path}?size=60`, browser)).text;
    const [, address = ''] = /href="(\/proof\/events\/\w+\?size=60)"/.exec(page) ?? [];
    const proof = await a.get(address, browser);
    expect(await verify([source('event.json', proof.text)], [key])).toEqual({
      code: 0,
      sentence: expect.stringContaining('of the first 60 of'),
    });
    expect((await a.get('/proof/checkpoint?size=60')).text.split('\n')[1]).toBe('60');
  }
  const history = await a.get('/commitments/01K38TCSG0D83FFH9B8VC8WDMT/history?size=60', browser);
  expect(history.text).toContain('/proof/checkpoint?size=60');
});

test('the page of proof shows the key and the newest checkpoint, and says so where there is none', async () => {
  const a = api(await givenSummits());
  const page = (await a.get('/proof', browser)).text;
  expect(page).toContain((await a.get('/proof/key')).text.trim());
  expect(page).toContain((await a.get('/proof/checkpoint')).text.split('\n')[2]);
  const empty = await api().get('/proof', browser);
  expect([empty.status, empty.text]).toEqual([200, expect.stringContaining('expected 1 to 0 events')]);
});
