import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../src/read/check.ts';
import { builtIn } from '../projections/views/views.ts';
import { givenSummits } from './helpers/given.ts';
import { api } from './helpers/api.ts';
import { eventTypes } from '../domain/announcement.ts';
import { days, events, type Json, junk, randomly, streams } from './helpers/randomly.ts';

/**
 * Requests made from nothing but the OpenAPI document, then broken at random: no 5xx, and no answer that the document does not
 * describe. LEDGER_FUZZ asks for more than the few of `npm test`.
 */
const requests = Number(process.env['LEDGER_FUZZ'] ?? 1500);
const seed = Number(process.env['LEDGER_FUZZ_SEED'] ?? 2025);
/** Begun anew now and then, so that no answer becomes long. */
const requestsOfALedger = 2500;

const accepts = [
  '*/*',
  'application/json',
  'application/atom+xml',
  'text/event-stream',
  'text/html',
  'text/html;q=0.1, application/json',
  'text/plain',
  'x',
];

type Schema = {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly enum?: Json[];
  readonly const?: Json;
  readonly oneOf?: Schema[];
  readonly anyOf?: Schema[];
  readonly allOf?: Schema[];
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly pattern?: string;
};
type Content = Record<string, { readonly schema: Schema }>;
type Operation = {
  readonly parameters?: { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly content?: Content }>;
};
type Document = {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
};

/** Every text of the real input: words, days, ids, codes. */
const texts = [...new Set(events.flatMap(({ id, data }) => [id, ...textsIn(data)]))];

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The texts that stand in fields of one name, such as `happened`. */
const textsOf = new Map<string, string[]>();
for (const { data } of events) collect(data, '');
textsOf.set('accessed', textsOf.get('published') ?? []);
textsOf.set('asOf', [...days, '2025-08-22', '2025-09-30']);
textsOf.set('knownAt', [
  ...days,
  '2025-08-22',
  '2025-08-25T00:00:00Z',
  '2025-09-30T09:00:00+09:00',
  ...events.map(({ time }) => time),
]);
/** Of how many one leaves it out. The document cannot say that a source needs one of three fields, so most have this one. */
const usualFields = new Map([
  ['url', 20],
  ['terms', 2],
  // What the items of a document share they do not say themselves.
  ['shared', 20],
  ['happened', 20],
  ['saidBy', 20],
  ['sources', 20],
]);

function collect(value: Json, name: string): void {
  if (typeof value === 'string') textsOf.set(name, [...(textsOf.get(name) ?? []), value]);
  else if (Array.isArray(value)) for (const item of value) collect(item, name);
  else if (typeof value === 'object' && value !== null)
    for (const [field, inner] of Object.entries(value)) collect(inner, field);
}

const figures = events.flatMap(({ id, data }) =>
  ((data['terms'] ?? []) as { key: string }[]).map(({ key }) => `/figures/${id}/${key}`),
);

/** From here on what is said of other announcements is said of those of one commitment. */
function about(stream: string): string {
  const ids = events.filter(({ subject }) => subject === stream).map(({ id }) => id);
  for (const name of ['announcement', 'corrects', 'joins', 'resolves']) textsOf.set(name, ids);
  return stream;
}

type Random = ReturnType<typeof randomly>;

/** Makes values of a schema of the document. */
function maker(document: Document, { below, one }: Random) {
  const fitting = new Map<string, string[]>();
  const fit = (pattern: string): string[] => {
    const expression = new RegExp(pattern, 'u');
    const made = fc.sample(fc.stringMatching(expression), { numRuns: 30, seed });
    const found = [...texts.filter((text) => expression.test(text)), ...streams.filter((id) => expression.test(id)), ...made];
    fitting.set(pattern, found);
    return found;
  };
  const text = (name: string, pattern: string | undefined): string => {
    const usual = textsOf.get(name);
    if (usual && below(8) > 0) return one(usual);
    return one(pattern === undefined ? texts : (fitting.get(pattern) ?? fit(pattern)));
  };
  const make = (schema: Schema, depth = 0, name = ''): Json => {
    if (schema.$ref) return make(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth, name);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return one(schema.enum);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices) return make(one(choices), depth, name);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => make(part, depth))) as Json;
    switch (Array.isArray(schema.type) ? one(schema.type) : schema.type) {
      case 'object': {
        const required = new Set(schema.required);
        const fields = Object.entries(schema.properties ?? {}).filter(
          ([field]) => required.has(field) || below(usualFields.get(field) ?? 1) > 0 || below(9) === 0,
        );
        return Object.fromEntries(fields.map(([field, inner]) => [field, make(inner, depth + 1, field)]));
      }
      case 'array':
        // Lists of these names are of parties; a tariff has figures under them.
        name = name === 'from' || name === 'to' ? 'parties' : name;
        return Array.from({ length: (schema.minItems ?? 0) + below(3) }, () => make(schema.items ?? {}, depth + 1, name));
      case 'string':
        return text(name, schema.pattern);
      case 'boolean':
        return below(2) === 0;
      case 'integer':
      case 'number':
        return below(200);
      case 'null':
        return null;
      case undefined:
      default:
        return one(junk);
    }
  };
  return make;
}

/** The schemas of the document, closed: an answer has no member that it does not describe. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, value]): [string, unknown] => [name, closed(value)]);
  const open = 'properties' in schema && !('additionalProperties' in schema) && schema.properties !== null;
  return Object.fromEntries(open ? [...entries, ['additionalProperties', false]] : entries);
}

function validators(document: Document): (schema: Schema) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  ajv.addSchema({ $id: 'document', components: closed(document.components) as object });
  const known = new Map<Schema, ValidateFunction>();
  return (schema) => {
    const found = known.get(schema) ?? ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"document#/')));
    known.set(schema, found);
    return found;
  };
}

/** A document that says again of a commitment what was said of it: what is shared is asked of no item, so one that is made seldom fits. */
function documentOf({ subject, data }: (typeof events)[number], number: number): Json {
  const { happened = '2025-08-22', saidBy = [{ actor: 'KR' }], sources = [{ publisher: 'P', tier: 'memory' }] } = data;
  const id = `01K9000000${String(number).padStart(16, '0')}`;
  return {
    shared: { happened, saidBy, sources } as Json,
    items: [{ commitment: subject, announcement: { type: 'observed', id } }],
  };
}

/** A new commitment with what was proposed, pledged, formalised or observed first in another. */
function openingOf({ subject }: (typeof events)[number]): Json {
  const [opened, first] = events.filter((one) => one.subject === subject);
  return { ...opened?.data, announcement: { type: (first?.type ?? '').replace('commitment.', ''), ...first?.data } };
}

/** How an endless answer begins. */
async function beginning({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value);
}

/** The type of the announcement in a body that was recorded. */
function typeOf(body: string | undefined): string {
  const { type, announcement } = JSON.parse(body ?? '{}') as { type?: string; announcement?: { type: string } };
  return type ?? announcement?.type ?? '';
}

test('no request made from the document and broken gets a 5xx or an answer that the document does not describe', async () => {
  let a = api(await givenSummits());
  const document = JSON.parse((await a.get('/openapi.json')).text) as Document;
  const random = randomly(seed);
  const { below, one, broken } = random;
  const make = maker(document, random);
  const validator = validators(document);
  const problem = { $ref: '#/components/schemas/Problem' };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  // A text that is sent is read, and nothing is recorded.
  const records = (path: string, method: string): boolean => method === 'POST' && path !== '/texts';
  const posts = operations.filter(({ path, method }) => records(path, method));
  const met = new Map<string, number>();
  /** Parameters that were taken, as `GET /views asOf`, and eventTypes of announcements that were recorded. */
  const taken = new Set<string>();
  const cursors: string[] = [];
  /** What the schema of a parameter cannot tell: what there is of it. */
  const usualText = (name: string, number: number): string | undefined => {
    if (name === 'id') return about(one(streams));
    if (name === 'name') return builtIn[number % builtIn.length]?.name;
    if (name === 'report') return `all.${['json', 'csv', 'md', 'html', 'xlsx'][number % 5]}`;
    if (name === 'view') return builtIn[number % builtIn.length]?.name;
    if (name === 'picture') return ['payments.svg', 'payments.html', 'obligations.svg', 'obligations.html'][number % 4];
    if (name === 'url') return '/pictures/all/payments.svg';
    if (name === 'cursor') return cursors[number % cursors.length];
    if (name === 'if-match') return `"${number % 9}"`;
    return ['size', 'after', 'limit', 'from', 'to', 'last-event-id'].includes(name) ? String(number) : undefined;
  };

  for (let sent = 0; sent < requests; sent++) {
    if (sent % requestsOfALedger === requestsOfALedger - 1) {
      expect((await check(a.ledger.log)).findings).toEqual([]);
      expect(a.faults).toEqual([]);
      a = api(await givenSummits());
    }
    const { path, method, operation } = one(below(2) === 0 ? posts : operations);
    const value = (schema: Schema, name: string): string => {
      const made = below(12) === 0 ? one(junk) : make(schema, 0, name);
      return typeof made === 'string' ? made : JSON.stringify(made);
    };
    const headers = new Headers();
    const query = new URLSearchParams();
    let address = path;
    const parameters = operation.parameters ?? [];
    const chosen = parameters.filter(({ required }) => required || below(parameters.length) < 2);
    for (const parameter of chosen) {
      const { name } = parameter;
      const made = value(parameter.schema, name);
      const number = below(120);
      const text = below(5) === 0 ? made : (usualText(name, number) ?? made);
      if (parameter.in === 'path') address = address.replace(`{${name}}`, encodeURIComponent(text.toWellFormed()));
      else if (parameter.in === 'query') query.append(name, text);
      // What is no text of a header cannot be sent as one.
      else if (/^[\t -~]*$/.test(text)) headers.set(name, text);
    }
    if (path.startsWith('/figures') && below(2) === 0) address = one(figures) + path.replace(/^(\/[^/]+){3}/, '');
    if (path.startsWith('/proof/events') && below(2) === 0) address = `/proof/events/${one(figures).split('/')[2]}`;
    if (below(30) === 0) query.append(one(['constructor', 'size', 'x']), '1');
    if (below(3) === 0) headers.set('Accept', one(accepts));
    const content = operation.requestBody?.content['application/json'];
    let body: string | undefined;
    if (content) {
      const isWhole = (path === '/documents' && below(2) === 0) || (path === '/commitments' && below(6) === 0);
      const whole = (): Json => (path === '/documents' ? documentOf(one(events), sent) : openingOf(one(events)));
      const made = isWhole ? whole() : make(content.schema);
      body = JSON.stringify(below(3) > 0 ? made : broken(made));
      if (below(60) === 0) body = body.replace('{', `{"note":"${'가'.repeat(100_000 * (1 + below(4)))}",`);
      if (below(40) === 0)
        body = body.slice(0, below(body.length)) + one(['', '}', '\0', '"']) + body.slice(below(body.length));
      headers.set('Content-Type', below(40) === 0 ? one(['text/plain', 'application/problem+json', 'x']) : 'application/json');
    }
    if (operation.requestBody?.content['text/plain']) {
      body = below(9) === 0 ? one(['', '\0', '가'.repeat(100_000)]) : JSON.stringify(one(events));
      headers.set('Content-Type', below(9) === 0 ? 'application/json' : 'text/plain');
    }
    const used = below(60) === 0 ? one(['PUT', 'DELETE', 'PATCH', 'POST', 'GET']) : method;
    const search = query.size > 0 ? `?${query.toString()}` : '';
    const sentBody = used === 'GET' ? {} : { body: body ?? '{}' };
    const response = await a.app.request(address + search, { method: used, headers, ...sentBody });
    const type = (response.headers.get('Content-Type') ?? '').split(';')[0] ?? '';
    const text = type === 'text/event-stream' ? await beginning(response) : await response.text();
    const what = `${used} ${address}${search} ${body ?? ''}: ${response.status} ${type} ${text.slice(0, 1000)}`;

    expect(response.status, what).toBeLessThan(500);
    const key = `${method} ${path} ${response.status}`;
    if (used === method) met.set(key, (met.get(key) ?? 0) + 1);
    if (used === method && response.ok) for (const { name } of chosen) taken.add(`${method} ${path} ${name}`);
    if (response.status === 201) taken.add(typeOf(body));
    const [, cursor] = /[?&]cursor=([^&>]+)/.exec(response.headers.get('Link') ?? '') ?? [];
    if (cursor !== undefined) cursors.push(decodeURIComponent(cursor));
    // Pages are for browsers, which ask for them; the document leaves them out. HTML that nobody asked for is a form of a report.
    if (type === 'text/html' && headers.get('Accept')?.includes('text/html')) continue;
    // What is sent in another way than the document says is refused as any address is.
    const described = document.paths[path]?.[used.toLowerCase()]?.responses[response.status]?.content;
    if (!described) expect([404, 405], what).toContain(response.status);
    const schema = described ? described[type]?.schema : problem;
    expect(schema, what).toBeDefined();
    if (!schema || !/[/+]json$/.test(type)) continue;
    const validate = validator(schema);
    const valid = validate(JSON.parse(text));
    expect(valid ? [] : validate.errors, what).toEqual([]);
  }
  expect(a.faults).toEqual([]);
  expect((await check(a.ledger.log)).findings).toEqual([]);
  // Every address was answered as it should be at least once, and both kinds of recording were accepted and refused.
  // No document is shared in the real input.
  const asked = operations.filter(({ path }) => path !== '/documents/{document}');
  const unmet = asked.filter(({ path, method }) => !met.has(`${method} ${path} ${records(path, method) ? 201 : 200}`));
  expect(unmet.map(({ path, method }) => `${method} ${path}`)).toEqual([]);
  for (const status of [400, 404, 409, 412, 413, 415, 422]) {
    expect([status, posts.some(({ path }) => met.has(`POST ${path} ${status}`))]).toEqual([status, true]);
  }
  // With enough of them every parameter was taken at least once, and every type of announcement recorded.
  const parameters = operations.flatMap(({ path, method, operation }) =>
    (operation.parameters ?? []).map(({ name }) => `${method} ${path} ${name}`),
  );
  if (requests >= 10_000) expect(parameters.filter((one) => !taken.has(one))).toEqual([]);
  if (requests >= 100_000) expect(eventTypes.filter((type) => type !== 'opened' && !taken.has(type))).toEqual([]);
});
