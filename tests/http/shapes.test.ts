import { expect, test } from 'vitest';
import { samples, type Sample } from '../../src/cli/sample.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { api } from '../helpers/api.ts';
import { bytesOf, given } from '../helpers/given.ts';

/**
 * Every answer has the fields that section 6 of the contract names, so called and so nested: in the document, and in what is
 * answered about both ledgers that ship with the project.
 */

/** The fields of an answer by name, those that may be absent with a `?`. A list is walked through, so it needs no sign of its own. */
type Shape = { readonly [field: string]: Shape | true };

function shape(names: string, more: Shape = {}): Shape {
  return { ...Object.fromEntries(names.split(' ').map((name) => [name, true as const])), ...more };
}

const cut = shape('asOf knownAt size');
const saidBy = shape('actor name? for? role?');
const source = shape('publisher url? sha256? quote? title? published? accessed? lang? tier? archivedUrl?');
const performance = {
  'delivered?': shape('min max about?'),
  'share?': shape('min max'),
  'performed?': shape('extent since announcement'),
  'party?': true,
} as const;
const term = shape(
  'key kind text translation? period? deadline? effective? owedBy? each? modality? partOf? notPartOf? sameAs?',
);
const figure: Shape = {
  ...term,
  ...shape('announcement quoted status mode? inForce owedBy? effective? stands happened correctedBy? confidence?'),
  'performance?': performance,
  'met?': shape('since announcement'),
  saidBy,
  sources: source,
};
const beside: Shape = {
  ...shape('title topic from to stage performance'),
  bound: shape('party stage since? announcement?', { 'exemptFrom?': shape('key announcement disputed?') }),
  stageSince: shape('day happened announcement'),
  contested: {
    ...shape('dispute since ground'),
    about: shape('announcement term?'),
    readings: shape('party text', { sources: source }),
  },
  suspended: shape('suspension since until? keys? parties?', { saidBy }),
  notices: shape('announcement type on parties?'),
  'ended?': shape('announcement reason successor?', { saidBy }),
  'instrument?': shape('title date binding'),
  warnings: shape('warning since announcement? term? commitment?'),
};
const entry = shape('commitment key disputed? suspended? unbound? reason? about?');
const total: Shape = {
  ...shape('payer currency per? min max about?'),
  'delivered?': shape('min max'),
  counted: entry,
  beside: entry,
  leftOut: entry,
};
const inForce = { ...term, ...shape('announcement since') };

const shapes: Readonly<Record<string, Shape>> = {
  '/commitments': { commitments: { ...beside, id: true, 'figure?': figure }, 'count?': true, 'atLeast?': true, cut },
  '/commitments/{id}': {
    ...beside,
    ...shape('id links', { cut }),
    terms: { ...figure, inForce },
    inForce,
    asked: figure,
    observed: figure,
  },
  '/commitments/{id}/history': {
    events: shape('sequence id type time recordedBy data correctedBy'),
    cut,
  },
  '/views': { views: shape('view title'), cut },
  ...Object.fromEntries(
    ['alliance-costs', 'trade-terms', 'north-korea-policy', 'japan-cooperation', 'all'].map((name) => [
      `/views/${name}`,
      { ...shape('view title count'), cut, lines: { ...beside, commitment: true, figures: figure }, totals: total },
    ]),
  ),
  '/figures/{announcement}/{key}': {
    ...shape('announcement key stands', { cut }),
    commitment: shape('id title topic from to'),
    recorded: shape('sequence time by', { term, sources: source }),
    figure,
    corrections: shape('id sequence time reason'),
    'performance?': performance,
    delivered: figure,
    cite: shape('plain bibtex csl'),
    replacedBy: true,
    retractedBy: true,
  },
  '/changes': {
    from: cut,
    to: cut,
    commitments: {
      ...shape('commitment title'),
      events: shape('sequence id type time recordedBy'),
      fields: shape('field before? after?'),
    },
    totals: { view: true, 'before?': total, 'after?': total },
  },
};

const tariff = shape('commitment key on inForce since basis backdated? suspended? before? agreed qualifier? owedBy', {
  spans: shape('since until? rate qualifier? mfn? basis'),
});

/** What is missing in an answer, by its path. Where a field has several members, each of them is looked at. */
function missing(value: unknown, fields: Shape | true, path: string): string[] {
  if (fields === true || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => missing(one, fields, path));
  if (typeof value !== 'object') return [path];
  return Object.entries(fields).flatMap(([name, inner]) => {
    const field = name.replace('?', '');
    const own = (value as Record<string, unknown>)[field];
    if (own === undefined) return name.endsWith('?') ? [] : [`${path}.${field}`];
    return missing(own, inner, `${path}.${field}`);
  });
}

type Schema = {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
};
type Document = {
  paths: Record<string, { get?: { responses: { 200: { content: Record<string, { schema: Schema }> } } } }>;
  components: { schemas: Record<string, Schema> };
};

/** Every place that a schema stands for: references followed, members of lists, each of several kinds. */
function places(document: Document, schema: Schema): Schema[] {
  const { $ref, items, oneOf = [], anyOf = [] } = schema;
  const next = [
    ...($ref === undefined ? [] : [document.components.schemas[$ref.slice('#/components/schemas/'.length)] ?? {}]),
    ...(items ? [items] : []),
    ...oneOf,
    ...anyOf,
  ];
  return [schema, ...next.flatMap((one) => places(document, one))];
}

function undocumented(document: Document, schema: Schema, fields: Shape | true, path: string): string[] {
  if (fields === true) return [];
  const found = places(document, schema);
  return Object.entries(fields).flatMap(([name, inner]) => {
    const field = name.replace('?', '');
    const own = found.flatMap((one) => one.properties?.[field] ?? []);
    if (own.length === 0) return [`${path}.${field}`];
    const left = own.map((one) => undocumented(document, one, inner, `${path}.${field}`));
    return left.toSorted((one, other) => one.length - other.length)[0] ?? [];
  });
}

async function apiOf(sample: Sample) {
  const { ledger, files } = samples[sample];
  const log = openMemoryLog({ ledger });
  const result = await restoreLines(log, bytesOf(...files), { clock: Date.now });
  if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection)}`);
  return api(given(log));
}

test('the document has every field that the contract names', async () => {
  const document = JSON.parse((await api().get('/openapi.json')).text) as Document;
  const schemaOf = (path: string): Schema =>
    document.paths[path]?.get?.responses[200].content['application/json']?.schema ?? {};
  for (const [path, fields] of Object.entries(shapes)) {
    // One address in the document stands for all views.
    const schema = schemaOf(path.replace(/^\/views\/.*/, '/views/{name}'));
    expect(undocumented(document, schema, fields, path)).toEqual([]);
  }
  expect(undocumented(document, schemaOf('/views/{name}'), { tariffs: tariff }, 'a view')).toEqual([]);
});

test.each(Object.keys(samples) as Sample[])(
  'every answer about the sample %s has the fields that the contract names',
  async (sample) => {
    const { get } = await apiOf(sample);
    const answered = async <T>(address: string): Promise<T> => JSON.parse((await get(address)).text) as T;
    type Listed = { commitments: { id: string }[] };
    const { commitments } = await answered<Listed>('/commitments?limit=500');
    const figures: string[] = [];
    for (const asOf of ['', '&asOf=2025-09-01', '&asOf=2021-06-01']) {
      const at = `?${asOf.slice(1)}`;
      for (const [path, fields] of Object.entries(shapes)) {
        if (path.includes('{')) continue;
        const answer = await answered<{ lines?: { figures: { announcement: string; key: string }[] }[] }>(path + at);
        expect(missing(answer, fields, path + at)).toEqual([]);
        if (path === '/views/all') {
          const all = answer.lines?.flatMap((line) => line.figures) ?? [];
          figures.push(...all.map(({ announcement, key }) => `${announcement}/${key}`));
        }
      }
      for (const { id } of commitments) {
        for (const [path, inside] of [
          ['/commitments/{id}', ''],
          ['/commitments/{id}/history', '/history'],
        ] as const) {
          expect(missing(await answered(`/commitments/${id}${inside}${at}`), shapes[path] ?? true, path)).toEqual([]);
        }
      }
      const { tariffs } = await answered<{ tariffs: unknown[] }>(`/views/trade-terms${at}`);
      expect(missing(tariffs, tariff, 'tariffs')).toEqual([]);
    }
    expect(figures.length).toBeGreaterThan(20);
    for (const one of new Set(figures)) {
      const path = '/figures/{announcement}/{key}';
      expect(missing(await answered(`/figures/${one}`), shapes[path] ?? true, path)).toEqual([]);
    }
  },
);

test('each commitment of a list has one leading figure: the whole before its parts, a promise before what was asked', async () => {
  const { get } = await apiOf('second-desk');
  type Listed = { commitments: { id: string; figure?: { key: string; status: string } }[] };
  const { commitments } = JSON.parse((await get('/commitments?limit=500&asOf=2026-11-27')).text) as Listed;
  const leading = new Map(commitments.map(({ id, figure: one }) => [id, one && [one.key, one.status]]));
  expect(leading.get('01FTRADEC00000000000000026')).toEqual(['total', 'formalised']);
  expect(leading.get('01FTRADEC00000000000000006')).toEqual(['aircraft', 'proposed']);
  expect(leading.get('01FTRADEC00000000000000025')).toEqual(['quota', 'pledged']);
  expect([...leading.values()].filter((one) => one === undefined)).toEqual([]);
});
