import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeKeys, openKeyring, readKeys } from '../../src/people/keyFile.ts';
import { addKey, hashOf, revokeKey, rotateKey } from '../../src/people/keys.ts';
import type { Role } from '../../src/people/roles.ts';

let folder: string;
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'ledger-keys-')), 'data')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const now = Date.parse('2026-01-02T03:04:05Z');
let made = 0;
const issue = () => ({ now, secret: new Uint8Array(32).fill(++made) });
const add = (name: string, role: Role = 'record'): string =>
  changeKeys(folder, (keys) => addKey(keys, { name, role }, issue())).key;
const file = (): string => join(folder, 'keys.json');

test('a key opens for its holder and nobody else, and is stored nowhere', () => {
  const key = add('Kim Min-ji');
  const keyring = openKeyring(folder);
  expect(keyring.holderOf(hashOf(key))).toEqual({ name: 'Kim Min-ji', role: 'record' });
  for (const wrong of ['', 'ledger_', `${key}x`, key.slice(0, -1), key.toUpperCase(), key.slice('ledger_'.length)])
    expect([wrong, keyring.holderOf(hashOf(wrong))]).toEqual([wrong, undefined]);
  const stored = readFileSync(file(), 'utf8');
  expect(stored).not.toContain(key.slice('ledger_'.length));
  expect(JSON.parse(stored).keys[0].sha256).toBe(readKeys(folder)?.[0]?.sha256);
});

test('the file is for its owner alone, and nothing is left beside it', () => {
  add('desk');
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(existsSync(`${file()}.new`)).toBe(false);
});

test('a service that runs follows every change at once', () => {
  const keyring = openKeyring(folder);
  expect(keyring.hasKeys()).toBe(false);
  const first = add('desk');
  expect(keyring.hasKeys()).toBe(true);
  expect(keyring.holderOf(hashOf(first))?.name).toBe('desk');
  const second = changeKeys(folder, (keys) => rotateKey(keys, 'desk', issue())).key;
  expect([keyring.holderOf(hashOf(first)), keyring.holderOf(hashOf(second))?.name]).toEqual([undefined, 'desk']);
  changeKeys(folder, (keys) => ({ keys: revokeKey(keys, 'desk', now) }));
  expect([keyring.holderOf(hashOf(second)), keyring.hasKeys()]).toEqual([undefined, true]);
});

test('a name stays that of one person: it is not given to another, also when the key was revoked', () => {
  add('Kim Min-ji');
  changeKeys(folder, (keys) => ({ keys: revokeKey(keys, 'Kim Min-ji', now) }));
  for (const name of ['Kim Min-ji', 'KIM MIN-JI'])
    expect(() => add(name)).toThrow('expected a new name, found that Kim Min-ji had a key until 2026-01-02T03:04:05.000Z');
  const again = changeKeys(folder, (keys) => rotateKey(keys, 'Kim Min-ji', issue())).key;
  expect(openKeyring(folder).holderOf(hashOf(again))).toEqual({ name: 'Kim Min-ji', role: 'record' });
});

test.each([
  ['anonymous', 'which stands for nobody'],
  ['Anonymous', 'which stands for nobody'],
  [' desk', 'without space around it'],
  ['', 'expected a name of 1 to 200 characters on one line'],
  ['de\u202esk', 'expected a name of 1 to 200 characters on one line'],
])('"%s" is no name of a key', (name, why) => {
  expect(() => add(name)).toThrow(why);
  expect(existsSync(file())).toBe(false);
});

test('a change of a key that is not there is refused, and nothing is written', () => {
  add('desk');
  const before = readFileSync(file(), 'utf8');
  expect(() => changeKeys(folder, (keys) => ({ keys: revokeKey(keys, 'Desk', now) }))).toThrow(
    'expected the name of a key (ledger keys list shows them), found "Desk"',
  );
  expect([readFileSync(file(), 'utf8'), existsSync(`${file()}.new`)]).toEqual([before, false]);
});

test('two changes at a time are refused instead of losing one', () => {
  add('desk');
  expect(() => changeKeys(folder, () => ({ keys: [], key: add('other') }))).toThrow(
    'expected to be alone in changing the keys',
  );
  expect(readKeys(folder)?.map(({ name }) => name)).toEqual(['desk']);
  expect(add('other')).toMatch(/^ledger_/);
});

test('keys that cannot be read, or are gone, open nothing', () => {
  const key = add('desk');
  const keyring = openKeyring(folder);
  expect(keyring.holderOf(hashOf(key))?.name).toBe('desk');
  for (const broken of ['{', '{"keys":[{"name":"desk","role":"king"}]}', '[]']) {
    writeFileSync(file(), broken);
    expect(() => keyring.holderOf(hashOf(key))).toThrow(file());
    expect(() => openKeyring(folder).hasKeys()).toThrow(file());
  }
  rmSync(file());
  expect(() => keyring.hasKeys()).toThrow('found no such file');
});

test('what cannot be read in place of the file is not taken for a ledger without keys', () => {
  mkdirSync(file(), { recursive: true });
  expect(() => openKeyring(folder).hasKeys()).toThrow('EISDIR');
});
