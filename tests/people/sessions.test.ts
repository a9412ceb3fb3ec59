import { expect, test } from 'vitest';
import type { Keyring } from '../../src/people/keyFile.ts';
import { openSessions } from '../../src/people/sessions.ts';

const hour = 60 * 60 * 1000;

function desk() {
  let now = 0;
  let made = 0;
  const inForce = new Set(['kim', 'lee']);
  const keyring: Keyring = {
    hasKeys: () => true,
    holderOf: (hash) => (inForce.has(hash) ? { name: hash, role: 'record' } : undefined),
  };
  const sessions = openSessions({ keyring, clock: () => now, newToken: () => `token-${++made}` });
  return { sessions, revoke: (name: string) => inForce.delete(name), later: (hours: number) => (now += hours * hour) };
}

test('a session is its own person’s, with a token that no other session has', () => {
  const { sessions } = desk();
  const [kim = '', lee = '', again = ''] = ['kim', 'lee', 'kim'].map((hash) => sessions.begin(hash));
  expect(new Set([kim, lee, again]).size).toBe(3);
  expect(sessions.find(kim)?.person.name).toBe('kim');
  expect(sessions.find(lee)?.person.name).toBe('lee');
  expect(sessions.find(kim)?.formToken).not.toBe(sessions.find(again)?.formToken);
  expect([sessions.find(''), sessions.find('token-2'), sessions.begin('nobody')]).toEqual([undefined, undefined, undefined]);
});

test('it ends when it is not used for two hours, and after twelve however much it is used', () => {
  const { sessions, later } = desk();
  const idle = sessions.begin('kim') ?? '';
  later(2);
  expect(sessions.find(idle)?.person.name).toBe('kim');
  later(2.1);
  expect(sessions.find(idle)).toBeUndefined();
  const used = sessions.begin('kim') ?? '';
  for (let hours = 1; hours <= 12; hours++) {
    later(1);
    expect([hours, sessions.find(used)?.person.name]).toEqual([hours, 'kim']);
  }
  later(0.1);
  expect(sessions.find(used)).toBeUndefined();
});

test('it ends with its key, and by itself; another person’s goes on', () => {
  const { sessions, revoke } = desk();
  const [kim = '', lee = ''] = ['kim', 'lee'].map((hash) => sessions.begin(hash));
  revoke('kim');
  expect([sessions.find(kim), sessions.find(lee)?.person.name]).toEqual([undefined, 'lee']);
  sessions.end(lee);
  expect(sessions.find(lee)).toBeUndefined();
});

test('of too many sessions the one not used for the longest time ends', () => {
  const { sessions } = desk();
  const first = sessions.begin('kim') ?? '';
  const second = sessions.begin('kim') ?? '';
  for (let more = 0; more < 9998; more++) sessions.begin('lee');
  expect(sessions.find(first)).toBeDefined();
  sessions.begin('lee');
  expect([sessions.find(first) === undefined, sessions.find(second) === undefined]).toEqual([false, true]);
});
