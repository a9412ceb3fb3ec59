import { hash } from 'node:crypto';
import { uuidOf, uuidToUlid } from '../ids.ts';
import { proposed } from './client.ts';
import type { Link } from './link.ts';
import { sendUntilKnown } from './timedOutAppend.ts';

/**
 * The signed checkpoints are on the server in a stream of another category than the commitments, so they are not part of the
 * ledger's order: event n of it is checkpoint n.
 */
function nameOf({ prefix }: Link): string {
  return `checkpoint-${prefix.replace(/-$/, '')}`;
}

export async function readCheckpoints(link: Link, from: number): Promise<string[]> {
  const data = await link.client.readData(nameOf(link), from);
  return data.map((one) => String((one as { note?: unknown } | null | undefined)?.note));
}

/**
 * The expected revision lets only one of several concurrent signers win. The same note has the same id, so it may be sent
 * again.
 */
export async function keepCheckpoint(link: Link, place: number, note: string): Promise<boolean> {
  // Nothing is signed for a different server, or one that has lost events.
  link.assertMayWrite('');
  const metadata = { recordedby: '', source: link.replica.log.ledger, time: new Date().toISOString() };
  const id = uuidToUlid(uuidOf(hash('sha256', note, 'hex').slice(0, 32)));
  const event = proposed(id, 'checkpoint', JSON.stringify({ note }), metadata);
  const end = performance.now() + link.appendTimeoutMs;
  await sendUntilKnown(
    link,
    { stream: '', name: nameOf(link), revision: place - 1, events: [event] },
    { known: end, all: end },
  );
  // Whatever the server answered: the stream shows who has won.
  return (await readCheckpoints(link, place))[0] === note;
}
