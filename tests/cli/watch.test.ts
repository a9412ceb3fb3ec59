import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { feedId } from '../../src/http/events/feed.ts';
import { sentEvents, UnreadableFeed } from '../../src/cli/sentEvents.ts';
import { exportLines } from '../../src/exchange/transfer.ts';
import { watchServer } from '../../src/cli/commands/watch.ts';
import { api } from '../helpers/api.ts';

/** Collects what is written, and stops once there are so many lines. */
function collected(count: number): { output: Writable; stop: AbortController; lines: () => string[] } {
  const stop = new AbortController();
  let text = '';
  const output = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      if (text.split('\n').length > count) stop.abort();
      done();
    },
  });
  return { output, stop, lines: () => text.split('\n').slice(0, -1) };
}

const separators = 'line one\u2028line two\u2029three\u0085four\u000bfive\rsix';

test('an event that holds a line separator comes through the feed of a service as every other', async () => {
  const { app, open, say, ledger } = api();
  const commitment = await open({ title: 'Separated' });
  await say(commitment, 'observed', { summary: 'line one\u2028line two\u2029three' });
  await say(commitment, 'observed');
  const exported = (await Array.fromAsync(exportLines(ledger.log))).join('').split('\n').slice(0, -1);
  expect(exported[1]).toContain('\u2028');
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await app.request(path, init);
    const signal = init?.signal;
    return signal ? new Response(response.body?.pipeThrough(new TransformStream(), { signal }) ?? null) : response;
  };
  const asLines = collected(3);
  await watchServer(ask, { after: 0, json: true, output: asLines.output, signal: asLines.stop.signal });
  expect(asLines.lines()).toEqual(exported);
  const forPeople = collected(3);
  await watchServer(ask, { after: 0, output: forPeople.output, signal: forPeople.stop.signal });
  expect(forPeople.lines().map((line) => line.replace(/^(\d).* ([a-z]+)( by .*)?: /, '$1 $2 '))).toEqual([
    '1 opened Separated',
    '2 observed Separated',
    '3 observed Separated',
  ]);
});

const lineOf = (sequence: number): string => JSON.stringify({ sequence, note: `é${separators}` });
const frameOf = (sequence: number, line = lineOf(sequence)): string => `id: ${feedId(sequence, line)}\ndata: ${line}\n\n`;

/** The lines of a feed that comes in pieces of so many bytes. */
async function read(text: string | Uint8Array, size = 1_000_000, after = 0): Promise<string[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      for (let start = 0; start < bytes.length; start += size) stream.enqueue(bytes.subarray(start, start + size));
      stream.close();
    },
  });
  const found: string[] = [];
  for await (const { line } of sentEvents(new Response(body), after)) found.push(line);
  return found;
}

test('frames are cut at line feeds, however the bytes arrive; comments are passed over, a frame broken off is not given', async () => {
  const feed = `retry: 3000\n\n${frameOf(1)}:\n\n: comment\n${frameOf(2).replaceAll('\n', '\r\n')}${frameOf(3).slice(0, -1)}`;
  for (const size of [1, 2, 3, 7, 1_000_000]) expect(await read(feed, size)).toEqual([lineOf(1), lineOf(2)]);
});

test.each<[string, string | Uint8Array, string]>([
  ['a gap', frameOf(1) + frameOf(3), 'expected event 2 of the feed, found "3-'],
  ['an event again', frameOf(1) + frameOf(1), 'expected event 2 of the feed, found "1-'],
  ['an event without an id', `data: ${lineOf(1)}\n\n`, 'expected event 1 of the feed, found one without an id'],
  ['an id without an event', `id: ${feedId(1, lineOf(1))}\n\n`, 'found another line'],
  ['a line that is not what its id names', frameOf(1).replace('note', 'mote'), 'found another line'],
  ['an unknown field', `event: x\n${frameOf(1)}`, 'expected id or data after event 0, found "event"'],
  ['bytes that are no UTF-8', Buffer.from(frameOf(1), 'latin1'), 'expected UTF-8 after event 0'],
  ['a line without end', 'data: '.padEnd(3_000_000, 'x'), 'expected lines of at most 1 MiB'],
  ['a page of a proxy', '<html>\n</html>\n', 'found "<html>"'],
])('%s in a feed is an error, never nothing', async (_, feed, message) => {
  const error = await read(feed).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(UnreadableFeed);
  expect(String(error)).toContain(message);
});

test('watching ends with an error at what cannot be read, instead of trying for ever', async () => {
  const { output, stop } = collected(100);
  const line = JSON.stringify({ specversion: '1.0', type: 'commitment.wished' });
  const ask = async (): Promise<Response> => new Response(frameOf(1, line));
  const watching = watchServer(ask, { after: 0, output, signal: stop.signal });
  await expect(watching).rejects.toThrow('expected event 1 as this version of the ledger knows it');
});
