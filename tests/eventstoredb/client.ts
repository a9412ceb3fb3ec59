import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type AppendExpectedRevision,
  convertToCommandError,
  END,
  EventStoreDBClient,
  jsonEvent,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { afterEach, beforeEach } from 'vitest';
import { type Double, startDouble } from './double/double.ts';

/** The double of the test that is running. A real server has none of its switches. */
export let double: Double;
export let client: EventStoreDBClient;
/** What else the test has opened; it is closed behind it. */
export let others: { close?: () => Promise<void>; dispose?: () => Promise<void> }[];

/** Before each test of a file a double and a client of it, and after it an end to both. */
export function eachWithClient(): void {
  beforeEach(async () => {
    others = [];
    double = await startDouble();
    client = patientClient(double.connectionString);
  });
  afterEach(async () => {
    await client.dispose();
    for (const other of others) await (other.dispose ?? other.close)?.();
    await double.close();
  });
}

/** Gives the test a client of another double in place of its first. */
export function callInstead(other: Double): void {
  others.unshift(client);
  client = patientClient(other.connectionString);
}

export const event = (id: string = randomUUID(), said = 'so') => jsonEvent({ id, type: 'said', data: { said } });

export type Way = 'batch' | 'unary';

/** In milliseconds: what is answered at all is answered within this, however busy the machine is. */
const patientMs = 120_000;

/** A client that gives up nothing which is only slow, as on a busy machine. Its own patience ends after ten seconds. */
export function patientClient(connection: string): EventStoreDBClient {
  const joint = connection.includes('?') ? '&' : '?';
  return EventStoreDBClient.connectionString(`${connection}${joint}defaultDeadline=${patientMs}&keepAliveTimeout=${patientMs}`);
}

/** `deadline` is the client's, `patience` the test's; both in milliseconds. */
type Sending = { stream?: string; deadline?: number; patience?: number; by?: EventStoreDBClient };

/** Appends; answers the revision, the name of the error, or `nothing` when there is no answer in time. */
export async function append(
  way: Way,
  events: ReturnType<typeof event>[],
  expectedRevision: AppendExpectedRevision,
  { stream = 'commitment-a', deadline = patientMs, by = client, ...more }: Sending = {},
): Promise<unknown> {
  const credentials = way === 'unary' ? { credentials: { username: 'admin', password: 'changeit' } } : {};
  const answer = by.appendToStream(stream, events, { expectedRevision, deadline, ...credentials });
  return Promise.race([
    answer.then((result) => result.nextExpectedRevision, problem),
    wait(more.patience ?? deadline + 100, 'nothing'),
  ]);
}

export function problem(error: unknown): unknown {
  const { type, actualVersion } = convertToCommandError(error as Error) as unknown as Record<string, unknown>;
  return type === 'wrong-expected-version' ? { actualVersion } : type;
}

/** How often each id stands in the log. */
export function counts(...ids: string[]): number[] {
  return ids.map((id) => double.events().filter((found) => found.id === id).length);
}

/** Follows our streams from the start; what ends it stands last. */
export function follow(fromPosition: typeof START | typeof END | { commit: bigint; prepare: bigint } = START) {
  const seen: string[] = [];
  const subscription = client.subscribeToAll({ fromPosition, filter: streamNameFilter({ prefixes: ['commitment-'] }) });
  subscription.on('caughtUp', () => seen.push('caughtUp'));
  subscription.on('data', ({ event: found }) => seen.push(`${found?.revision}`));
  subscription.on('error', (error) => seen.push(String(problem(error))));
  return { seen, stop: () => subscription.unsubscribe() };
}
