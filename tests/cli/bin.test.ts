import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What `ledger` says to standard error on another Node and machine. */
function saidOn(node: string, platform: string, arch: string): string {
  const shown = { versions: { ...process.versions, node }, platform, arch };
  const code = Object.entries(shown).map(
    ([name, value]) => `Object.defineProperty(process,${JSON.stringify(name)},{value:${JSON.stringify(value)}})`,
  );
  const bin = join(import.meta.dirname, '../../src/bin.js');
  const { status, stderr } = spawnSync(process.execPath, [
    '--import',
    `data:text/javascript,${encodeURIComponent(code.join(';'))}`,
    bin,
    '--version',
  ]);
  expect(status).toBe(1);
  return String(stderr);
}

test('an older Node is told what is needed, and how it comes', () => {
  expect(saidOn('20.1.0', 'linux', 'x64')).toBe(
    'ledger needs Node.js 24 or newer, found 20.1.0. In a clone, "npm ci" brings it.\n',
  );
});

test('on Apple silicon it is not said that npm brings Node 24, for it does not', () => {
  expect(saidOn('20.1.0', 'darwin', 'arm64')).toMatch(/found 20\.1\.0\. Install it from nodejs\.org: .*does not bring it\.\n$/);
});
