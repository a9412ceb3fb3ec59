import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportLines } from '../../src/exchange/transfer.ts';
import { Proofs } from '../../src/proof/proofs.ts';
import { verify } from '../../src/proof/verifier.ts';
import { givenSummits } from '../helpers/given.ts';

const readme = readFileSync(join(import.meta.dirname, '../../src/proof/README.md'), 'utf8');
const verifier = join(import.meta.dirname, '../../src/proof/verifier.ts');
const blockOf = (kind: string): string => new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\``, 'm').exec(readme)?.[1] ?? '';

let folder: string;
let key: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-proof-readme-'));
  const { log } = (await givenSummits()).ledger;
  const { privateKey } = generateKeyPairSync('ed25519');
  const proofs = new Proofs({ log, key: () => privateKey });
  key = proofs.key() ?? '';
  const checkpoint = await proofs.checkpoint();
  writeFileSync(at('kept.ndjson'), (await Array.fromAsync(exportLines(log))).join(''));
  writeFileSync(at('kept.ndjson.checkpoint'), 'note' in checkpoint ? checkpoint.note : '');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('each of the nine attacks of the README is found by the command it names, in the line it says', async () => {
  const attacks = blockOf('sh attack').trim().split('\n');
  expect(attacks).toHaveLength(9);
  for (const attack of attacks) {
    execFileSync('sh', ['-c', attack], { cwd: folder });
    const { code, sentence } = await verify(['now.ndjson', 'kept.ndjson.checkpoint', 'kept.ndjson'].map(at), [key]);
    expect([attack, code, /is (line \d+)$/.exec(sentence)?.[1]]).toEqual([attack, 1, /line \d+$/.exec(attack)?.[0]]);
  }
  expect(await verify(['kept.ndjson', 'kept.ndjson.checkpoint'].map(at), [key])).toMatchObject({ code: 0 });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!hasPython)('the Python of the README computes the root, and tells an edited export', () => {
  writeFileSync(at('root.py'), blockOf('python'));
  expect(blockOf('python').trim().split('\n').length).toBeLessThanOrEqual(22);
  const python = (file: string) => spawnSync('python3', [at('root.py'), at(file), at('kept.ndjson.checkpoint')]).status;
  writeFileSync(at('edited.ndjson'), readFileSync(at('kept.ndjson'), 'utf8').replace('pledged', 'Pledged'));
  writeFileSync(at('longer.ndjson'), `${readFileSync(at('kept.ndjson'), 'utf8')}{}\n`);
  expect([python('kept.ndjson'), python('edited.ndjson'), python('longer.ndjson')]).toEqual([0, 1, 0]);
});

test('the verifier alone says how to use it where it is asked wrongly, and which forms of a report it reads', () => {
  const alone = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [verifier, ...args], { cwd: folder, encoding: 'utf8' });
    return `${status} ${stdout}${stderr}`;
  };
  expect(alone('--help')).toBe('2 usage: node verifier.ts [--key KEY] FILES...\n');
  for (const [name, bytes] of Object.entries({
    'r.pdf': '%PDF-1.7\n\nx',
    'r.xlsx': 'PK\u0003\u0004\n\n',
    'r.csv': 'commitment,title,topic\r\n',
  })) {
    writeFileSync(at(name), bytes);
    expect(alone(name)).toBe(`2 cannot tell: ${name}: expected a report as json, md or html, found another form\n`);
  }
});
