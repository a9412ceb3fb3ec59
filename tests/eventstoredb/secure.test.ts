import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertToCommandError, EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificate } from './double/certificate.ts';
import { type Double, startDouble } from './double/double.ts';

// What a 23.10.8 server with TLS and these two accounts was seen to answer, in the same words.

let directory: string;
let double: Double;
let authority: string;
const clients: EventStoreDBClient[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ledger-tls-'));
  authority = join(directory, 'authority.crt');
  const certificate = createCertificate();
  writeFileSync(authority, certificate.cert);
  writeFileSync(join(directory, 'another.crt'), createCertificate().cert);
  const accounts = { admin: { password: 'changeit', isAdmin: true }, clerk: { password: 'paper: clip' } };
  double = await startDouble({ secure: { ...certificate, accounts } });
});
afterAll(async () => {
  for (const client of clients) await client.dispose();
  await double.close();
  rmSync(directory, { recursive: true, force: true });
});

function connect(account: string, trust = `?tlsCAFile=${authority}`): EventStoreDBClient {
  const at = account === '' ? '' : '@';
  const client = EventStoreDBClient.connectionString(`esdb://${account}${at}localhost:${double.port}${trust}`);
  clients.push(client);
  return client;
}

/** What becomes of an append in a batch, a read, and a subscription to `$all`. */
async function attempts(client: EventStoreDBClient): Promise<unknown[]> {
  const appended = client.appendToStream('commitment-a', jsonEvent({ type: 'said', data: {} })).then(() => 'written', problem);
  const read = async (): Promise<string> => {
    for await (const _ of client.readStream('commitment-a', { maxCount: 1 }));
    return 'read';
  };
  const subscribed = new Promise((resolve) => {
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['commitment-'] }) });
    subscription.on('data', () => undefined);
    subscription.on('caughtUp', () => resolve('level'));
    subscription.on('error', (error) => resolve(problem(error)));
  });
  return [await appended, await read().catch(problem), await subscribed];
}

function problem(error: unknown): unknown {
  const { type, code } = convertToCommandError(error as Error) as unknown as { type: string; code?: number };
  return code === undefined ? type : `${type} ${code}`;
}

describe('a server with TLS', () => {
  test('lets an administrator do everything, and every other account what is not $all', async () => {
    expect(await attempts(connect('admin:changeit'))).toEqual(['written', 'read', 'level']);
    expect(await attempts(connect('clerk:paper%3A%20clip'))).toEqual(['written', 'read', 'access-denied 7']);
  });

  test('knows nobody by a wrong password, and gives nothing to who does not say who he is', async () => {
    const unknown = 'access-denied 16';
    expect(await attempts(connect('admin:wrong'))).toEqual([unknown, unknown, unknown]);
    expect(await attempts(connect('nobody:changeit'))).toEqual([unknown, unknown, unknown]);
    expect(await attempts(connect(''))).toEqual(['access-denied', 'access-denied 7', 'access-denied 7']);
  });

  test('is not reached by who does not trust its certificate, nor without TLS', async () => {
    const unreached = ['unavailable 14', 'unavailable 14', 'unavailable 14'];
    expect(await attempts(connect('admin:changeit', ''))).toEqual(unreached);
    expect(await attempts(connect('admin:changeit', `?tlsCAFile=${join(directory, 'another.crt')}`))).toEqual(unreached);
    expect(await attempts(connect('', '?tls=false'))).toEqual(unreached);
  });
});
