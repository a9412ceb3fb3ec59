import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** An import: the file, and what it imports (a path from the top, or a package). */
type Import = [file: string, target: string];

/** Every import of every source file. */
async function importsOf(): Promise<Import[]> {
  const found: Import[] = [];
  for await (const file of glob('{src,domain,projections}/**/*.{ts,js}', { cwd: root }))
    found.push(...importsIn(file, readFileSync(join(root, file), 'utf8')));
  return found;
}

function importsIn(file: string, text: string): Import[] {
  return [...text.matchAll(/(?<!')\b(?:from|import) ?\(?'([^'\n]+)'/g)].map(([, specifier = '']) => [
    file,
    specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier,
  ]);
}

const valueLibraries = ['zod', 'big.js', 'currency-codes', 'iso-3166'];

test('domain imports zod, small value libraries and itself', async () => {
  const wrong = (await importsOf()).filter(
    ([file, target]) => file.startsWith('domain/') && !target.startsWith('domain/') && !valueLibraries.includes(target),
  );
  expect(wrong).toEqual([]);
});

test('projections import domain, zod, decimals and themselves', async () => {
  const wrong = (await importsOf()).filter(
    ([file, target]) =>
      file.startsWith('projections/') && !/^(domain|projections)\//.test(target) && !['zod', 'big.js'].includes(target),
  );
  expect(wrong).toEqual([]);
});

test('understanding plain words is pure: it imports the domain, the wording, decimals and itself', async () => {
  const wrong = (await importsOf()).filter(
    ([file, target]) =>
      file.startsWith('src/understanding/') && !/^(domain|src\/(wording|understanding))\/|^big\.js$/.test(target),
  );
  expect(wrong).toEqual([]);
});

/** Who opens a store, or speaks to the server behind one, although that is not its business. */
function knowingStores(imports: readonly Import[]): Import[] {
  return imports.filter(
    ([file, target]) =>
      (/^src\/store\/(sqlite|memory|eventstoredb)/.test(target) &&
        !file.startsWith('src/store/') &&
        file !== 'src/compose.ts') ||
      (/^@(eventstore|kurrent)\/|^@grpc\//.test(target) && file !== 'src/store/eventstoredb/client.ts'),
  );
}

test('only compose.ts chooses a store, one file speaks to EventStoreDB, and nothing but the store knows sqlite as a log', async () => {
  expect(knowingStores(await importsOf())).toEqual([]);
});

test('whoever imports a store elsewhere is found, however it is written', () => {
  const ways = [
    ["import { openSqliteLog } from '../store/sqlite/sqliteLog.ts';", 'src/http/app.ts'],
    ["import type { EventStoreOptions } from '../../store/eventstoredb/port.ts';", 'src/cli/commands/serve.ts'],
    ["import '../../store/memory.ts';", 'src/cli/commands/demo.ts'],
    ["export { openReplica } from '../store/eventstoredb/replica.ts'", 'src/read/check.ts'],
    ["const { openEventStoreLog } = await import('../store/eventstoredb/port.ts'), more = 1;", 'src/command/ledger.ts'],
    ["import { EventStoreDBClient } from '@eventstore/db-client';", 'src/store/eventstoredb/replica.ts'],
    ["import { KurrentDBClient } from '@kurrent/kurrentdb-client';", 'src/compose.ts'],
  ] as const;
  for (const [text, file] of ways) expect([text, knowingStores(importsIn(file, text)).length]).toEqual([text, 1]);
  expect(knowingStores(importsIn('src/compose.ts', "await import('./store/eventstoredb/port.ts')"))).toEqual([]);
});

test('nobody but the store, its choice and the command line names the server behind it', async () => {
  const naming: string[] = [];
  for await (const file of glob('{src,domain,projections}/**/*.{ts,js}', { cwd: root })) {
    if (file.startsWith('src/store/') || ['src/compose.ts', 'src/cli/program.ts'].includes(file)) continue;
    if (/event-?store|esdb|openSqliteLog|openMemoryLog/i.test(readFileSync(join(root, file), 'utf8'))) naming.push(file);
  }
  expect(naming).toEqual([]);
});

test('no clock, randomness or environment below the edges', async () => {
  const edges = [
    'src/compose.ts',
    'src/cli/program.ts',
    'src/cli/commands/demo.ts',
    'src/cli/commands/witness.ts',
    'src/cli/main.ts',
    'src/cli/commands/serve.ts',
    'src/cli/commands/keys.ts',
    'src/bin.js',
  ];
  for await (const file of glob('{src,domain,projections}/**/*.ts', { cwd: root })) {
    if (edges.includes(file) || file.startsWith('src/store/')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    expect(`${file}: ${/Date\.now|new Date\(\)|Math\.random|process\.env/.exec(text)?.[0] ?? 'pure'}`).toBe(`${file}: pure`);
  }
});

/** Tests that are longer than a file may be, and why. */
const longTests: Readonly<Record<string, string>> = {
  'tests/store/contract.ts': 'one suite of promises, which every store runs in the same order',
  'tests/eventstoredb/double.test.ts': 'the sentences about the server, which the double and a real one must both keep',
};

test('no file has more than 400 lines, but for tests that say why', async () => {
  const long: string[] = [];
  for await (const file of glob('{src,domain,projections,tests}/**/*.{ts,js,css}', { cwd: root }))
    if (readFileSync(join(root, file), 'utf8').split('\n').length - 1 > 400) long.push(file);
  expect(long.toSorted()).toEqual(Object.keys(longTests).toSorted());
});

/** Names that files of several rooms have, and what the file is in each of them. */
const sharedNames: Readonly<Record<string, string>> = {
  'announcement.ts': 'domain: the recorded format; wording: in words; http/page: those words as HTML',
  'changes.ts': 'projections: between two cuts; read: asks for it; wording: in words; http: its address',
  'chronicle.ts': 'projections: its entries; http/page: as HTML',
  'days.ts': 'domain: which days of a date count; http/page/pictures: an axis of days',
  'differences.ts': 'projections: between two values; http/record: in the preview',
  'document.ts': 'command: one document, many commitments; report: as it is read',
  'figures.ts': 'projections: as JSON; http: their address',
  'findings.ts': 'projections: what stands out; wording: in words',
  'history.ts': 'projections: as JSON; cli/text: as printed',
  'json.ts': 'domain: canonical JSON; http: large answers, a piece at a time',
  'links.ts': 'wording: in words; http/page: keep the cut',
  'list.ts': 'read: the filtered list; http/commitments: its parameters and its page',
  'memory.ts': 'command: what recording remembers; store: the log in memory',
  'performance.ts': 'projections: as JSON; http/page/pictures: as a bar',
  'place.ts': 'domain: the rules at a place of the timeline; store/eventstoredb: a position in $all',
  'ranges.ts': 'projections: sums with open ends; http/views: tables of them',
  'status.ts': 'domain: where a commitment stands; wording: in words',
  'steps.ts': 'wording: what an event changed; http/page/pictures: a rate by day',
  'totals.ts': 'projections: sums; wording: why one is not counted',
  'values.ts': 'wording: parties and figures; http/record: what a form says',
  'views.ts': 'projections: the views there are; http: their addresses',
  'warnings.ts': 'projections: which there are; wording: in words',
};

test('a name that files of several rooms have is listed with what it is in each; in one room no name comes twice', async () => {
  const rooms = new Map<string, string[]>();
  for await (const file of glob('{src,domain,projections}/**/*.ts', { cwd: root })) {
    // There a file is called as its command is.
    if (file.startsWith('src/cli/commands/')) continue;
    const room = /^src\/[^/]+(?=\/)|^[^/]+/.exec(file)?.[0] ?? '';
    rooms.set(basename(file), [...(rooms.get(basename(file)) ?? []), room]);
  }
  const shared = [...rooms].filter(([, those]) => those.length > 1);
  expect(shared.map(([name]) => name).toSorted()).toEqual(Object.keys(sharedNames).toSorted());
  expect(shared.filter(([, those]) => new Set(those).size < those.length)).toEqual([]);
});

/** The room of a file: its folder at the top or in `src`; each file that lies in `src` itself is one. */
function roomOf(file: string): string {
  const [top = '', room = ''] = file.split('/');
  return top === 'src' ? `src/${room}` : top;
}

test('rooms import each other in one direction, on at most eight floors', async () => {
  const below = new Map<string, Set<string>>();
  for (const [file, target] of await importsOf()) {
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from !== to && /^(src|domain|projections)\//.test(target)) below.set(from, (below.get(from) ?? new Set()).add(to));
  }
  const floorOf = (room: string, above: readonly string[] = []): number => {
    expect(above, 'rooms that import each other').not.toContain(room);
    return 1 + Math.max(0, ...[...(below.get(room) ?? [])].map((one) => floorOf(one, [...above, room])));
  };
  const floors = [...below.keys()].map((room) => [room, floorOf(room)]);
  expect(floors.filter(([, floor]) => Number(floor) > 8)).toEqual([]);
});

test('the linter holds functions to 70 lines and imports, also of types, to no circle', () => {
  const { rules, overrides } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as Record<
    'rules' | 'overrides',
    unknown
  >;
  expect(rules).toMatchObject({
    'max-lines-per-function': ['error', { max: 70 }],
    'import/no-cycle': ['error', { ignoreTypes: false }],
  });
  // A test may be long. Nothing may go in a circle.
  expect(overrides).toEqual([{ files: ['tests/**'], rules: { 'max-lines-per-function': 'off' } }]);
});

/** The statements at the top of a module that make a value: not its functions, types, classes and imports. */
function valuesIn(text: string): string[] {
  const statements = text.replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '').split(/^(?=[a-z])/m);
  return statements.filter((statement) => /^(export )?(const|let|var) /.test(statement));
}

/**
 * What of a module could remember from one call to the next: a variable, a `WeakMap`, and a map, set, list or object that its type
 * lets anyone change and that is a map or set or begins empty.
 */
function memoryIn(text: string): string[] {
  return valuesIn(text).filter((statement) => {
    const isConstant = /^(export )?const \S+: (readonly|Readonly\w+<)/.test(statement);
    const isChangeable = /^(export )?const [^=]+ = (new (Map|Set)\b|\[\];|\{\};)/.test(statement);
    return /^(export )?(let|var) |new Weak(Map|Set|Ref)\b/.test(statement) || (isChangeable && !isConstant);
  });
}

test('domain and projections remember nothing: what they remember is handed in', async () => {
  const remembering: string[] = [];
  for await (const file of glob('{domain,projections}/**/*.ts', { cwd: root }))
    for (const statement of memoryIn(readFileSync(join(root, file), 'utf8'))) remembering.push(`${file}: ${statement}`);
  expect(remembering).toEqual([]);
});

test.each([
  'let byName: Map<string, string> | undefined;',
  'export let last = 0;',
  'const judged = { all: new WeakMap<Commitment, Judged>() };',
  'const known = new Map<string, number>();',
  'export const seen = new Set();',
  'const asked: string[] = [];',
  'const byKey: Record<string, number> = {};',
  "const codes = new Map([['KR', 1]]);",
])('such a memory is found: %s', (statement) => {
  expect(memoryIn(`import { x } from './x.ts';\n\n${statement}\n\nfunction f() {\n  return x;\n}\n`)).toHaveLength(1);
});

test.each([
  "const codes: ReadonlyMap<string, number> = new Map([['KR', 1]]);",
  'const nobody: readonly string[] = [];',
  'const empty = (): Map<string, string> => new Map();',
  'function f() {\n  const seen = new Set();\n  return seen;\n}',
])('this is none: %s', (statement) => {
  expect(memoryIn(`${statement}\n`)).toEqual([]);
});

test('every cache is a row of the table of caches', async () => {
  const rows =
    readFileSync(join(root, 'src/README.md'), 'utf8')
      .split('\n## ')
      .find((part) => part.startsWith('Caches')) ?? '';
  const unlisted: string[] = [];
  for await (const file of glob('{src,domain,projections}/**/*.ts', { cwd: root })) {
    const caches = /new WeakMap|new Cache\b|sharedAnswers\(\w+\);/.test(readFileSync(join(root, file), 'utf8'));
    if (caches && !rows.includes(`\`${file.replace(/^src\//, '')}\``)) unlisted.push(file);
  }
  // It caches for those who ask it to, and each of them is a row.
  expect(unlisted).toEqual(['src/http/sharedAnswers.ts']);
});

test('no test has a time-out of its own: a busy machine must not fail what only takes longer there', async () => {
  const own: string[] = [];
  for await (const file of glob('tests/**/*.test.ts', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    if (/setConfig\(\{ *\w+Timeout|\btimeout: \d|^ *\}, \d+_\d+\);$/m.test(text)) own.push(file);
  }
  expect(own.filter((file) => !/^tests\/(browser|containers)\//.test(file))).toEqual([]);
});
