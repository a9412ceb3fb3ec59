import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import type { Command } from '../../src/command/command.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { ulidToUuid } from '../../src/store/ids.ts';
import type { RecordedEvent } from '../../src/store/log.ts';
import { generate, generatedLedger, type GenerateOptions } from './generate.ts';

/** An append as both sides make it: what is sent to the ledger, and what the ledger then sends to the server, byte for byte. */
export type Append = {
  readonly command: Command;
  readonly revision: number;
  readonly proposed: ReturnType<typeof jsonEvent>;
};

/** The next appends of a generated ledger, again and again. */
export function appendsOf(options: Omit<GenerateOptions, 'events'>): (length: number) => Append[] {
  const source = generate({ ...options, events: Infinity });
  return (length) => Array.from({ length }, () => toAppend(source.next().value as RecordedEvent));
}

/** A recorded event as an append of its own. */
export function toAppend(event: RecordedEvent): Append {
  const { id, type, stream, revision, time, recordedBy } = event;
  const parsed = parseRecorded(event);
  const metadata = { recordedby: recordedBy, source: generatedLedger, time: new Date(time).toISOString() };
  return {
    command: { commitment: stream, events: [parsed] },
    revision,
    proposed: jsonEvent({ id: ulidToUuid(id), type, data: parsed.data, metadata }),
  };
}

/** The bare client. Without credentials for each call it takes the faster of its two paths. */
export async function appendBare(client: EventStoreDBClient, prefix: string, append: Append): Promise<void> {
  const { command, revision, proposed } = append;
  const expectedRevision = revision === 0 ? NO_STREAM : BigInt(revision - 1);
  await client.appendToStream(prefix + command.commitment, proposed, { expectedRevision });
}
