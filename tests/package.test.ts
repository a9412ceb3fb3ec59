import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** What `npm pack` makes, put into a folder that has nothing but it and what a production install brings. */

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ledger-package-'));
const installed = join(folder, 'node_modules/commitments-ledger');
let tarball: string;

type Locked = { version: string; license: string; dev?: boolean; link?: boolean };
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const production = Object.entries(packages).filter(([path, one]) => path.startsWith('node_modules/') && !one.dev && !one.link);

beforeAll(async () => {
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const [path] of production) {
    if (path.indexOf('/node_modules/') !== -1) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(root, path), join(folder, path));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ledger = async (...args: string[]): Promise<string> => {
  const bin = join(installed, 'src/bin.js');
  const { stdout } = await run(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...process.env, LEDGER_DATA: join(folder, 'data') },
  });
  return stdout;
};

test('the package holds the program compiled, its data and its papers, and nothing else', () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(installed.length + 1));
  const top = files.filter((file) => !file.startsWith('dist/'));
  expect(top.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'src/bin.js']);
  const odd = files.filter(
    (file) =>
      !/^dist\/((domain|projections|src)\/.*\.(js|css|ndjson|txt|md|service|conf|typ|otf)|package\.json|THIRD-PARTY-NOTICES\.txt)$/.test(
        file,
      ),
  );
  expect(odd.toSorted()).toEqual(top.toSorted());
  // Each source has its compiled file.
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const missing = sources.filter((file) => !files.includes(join('dist/src', file.replace(/\.ts$/, '.js'))));
  expect(missing).toEqual([]);
  // The font of Hangul and Kana is 0.9 MB of it: without it a PDF would show them only where the machine has such a font.
  expect(statSync(tarball).size).toBeLessThan(1_650_000);
  expect(readdirSync(root)).not.toContain('dist');
});

test('its ledger runs where there are no sources: it restores, reads a long file by its second thread, checks, and shows the demo', async () => {
  const data = join(installed, 'dist/src/data');
  const files = ['summit-2025-08.ndjson', 'summit-2025-09-aftermath.ndjson'].map((name) => join(data, name));
  await ledger('restore', ...files);
  // A second thread reads what comes after the first 4 MiB. What is there already is skipped.
  const lines = files.map((file) => readFileSync(file, 'utf8')).join('');
  writeFileSync(join(folder, 'long.ndjson'), lines.repeat(Math.ceil((4.4 * 1024 * 1024) / lines.length)));
  await ledger('import', join(folder, 'long.ndjson'));
  expect(await ledger('check')).toMatch(/^88 events of 27 commitments in \/ledgers\/korea-2025: sound\n/);
  expect(await ledger('demo', '--no-serve')).toContain('15 %');
  expect(await ledger('--version')).toBe(
    `${(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version}\n`,
  );
});

test('the notices name every package of a production install, its version and its licence', () => {
  const notices = readFileSync(join(installed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  const named = [...notices.matchAll(/^(\S.*) (\d\S*)\nLicence: (.*)$/gm)].map(
    ([, name, version, licence]) => `${name} ${version}: ${licence}`,
  );
  const nameOf = (path: string): string => path.replace('node_modules/', '').replaceAll('/node_modules/', ' › ');
  expect(named.toSorted()).toEqual(
    production.map(([path, { version, license }]) => `${nameOf(path)} ${version}: ${license}`).toSorted(),
  );
});

test('the licence is the same in every place that says it', () => {
  const text = readFileSync(join(root, 'LICENSE'), 'utf8');
  expect(text).toMatch(/^\s*Apache License\s+Version 2\.0, January 2004/);
  const { license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { license: string };
  expect([license, packages['']?.license]).toEqual(['Apache-2.0', 'Apache-2.0']);
});
