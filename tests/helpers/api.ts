import { generateKeyPairSync } from 'node:crypto';
import { createApp } from '../../src/http/app.ts';
import { Proofs } from '../../src/proof/proofs.ts';
import type { Log } from '../../src/store/log.ts';
import { type Given, given } from './given.ts';

/** What the tests read of a JSON answer. */
export type Answer = { id: string; errors: { pointer: string; detail: string }[]; [field: string]: unknown };

const { privateKey } = generateKeyPairSync('ed25519');

/** An app over a ledger in memory, with short ways to call it. */
export function api(base: Given = given()) {
  const faults: unknown[] = [];
  const { ledger, reader } = base;
  const proofs = new Proofs({ log: ledger.log, key: () => privateKey });
  const app = createApp({ ledger, reader, proofs, logError: (error) => faults.push(error) });
  const send = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await app.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: text as string,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
  };
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await app.request(path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { ...base, app, send, get, faults, size: () => base.ledger.log.size() };
}

/** A log whose length cannot be read; everything else of it can. */
export function unreadable(log: Log): Log {
  return Object.assign(Object.create(log) as Log, { size: () => Promise.reject(new Error('gone')) });
}
