import type { z } from 'zod';

/**
 * Values made from a schema alone: every field is there, every kind of a union, every word of a choice. A field that is added to
 * the schema is filled without a change here.
 */

/** One value in what was filled: where it is, at which place of the schema, and what else could stand there. */
export type Leaf = {
  readonly at: readonly (string | number)[];
  /** The same with `[]` for a place in a list and `{}` for one in a map: `sources[].quote.exact`. */
  readonly path: string;
  readonly others: readonly unknown[];
  /** Free text, which must be found as it is. */
  readonly isText: boolean;
};

export type Filled = { readonly value: unknown; readonly leaves: readonly Leaf[] };

type Schema = z.core.$ZodType;
type Def = {
  type: string;
  shape: Record<string, Schema>;
  element: Schema;
  innerType: Schema;
  options: readonly Schema[];
  valueType: Schema;
  keyType: Schema;
  entries: Record<string, string>;
  values: readonly unknown[];
};

let count = 0;

/** Pairs of values for the texts that have a form; which form a schema asks for is found by trying. */
function pairs(): readonly (readonly [string, string])[] {
  const n = ++count;
  const id = (last: string): string => `01K${String(n).padStart(22, '0')}${last}`;
  return [
    [`2024-${String((n % 12) + 1).padStart(2, '0')}-11`, `2023-${String((n % 12) + 1).padStart(2, '0')}-12`],
    [id('A'), id('B')],
    [`company:aa${n}`, `company:bb${n}`],
    [`https://example.org/a${n}`, `https://example.org/b${n}`],
    [String(n).padStart(64, 'a'), String(n).padStart(64, 'b')],
    ['ko', 'ja'],
    ['KRW', 'CHF'],
    [`${n + 100}.5`, `${n + 900}.25`],
    [`topic${n}/one`, `topic${n}/two`],
    [`key-${n}-one`, `key-${n}-two`],
  ];
}

/** What a schema can be filled with: as many values as it takes to see each kind and each field, with and without what is optional. */
export function fillings(schema: Schema, path = ''): Filled[] {
  const def = schema._zod.def as unknown as Def;
  switch (def.type) {
    case 'object':
      return objects(def.shape, path);
    case 'array': {
      const each = fillings(def.element, `${path}[]`);
      const leaves = each.flatMap((one, index) => one.leaves.map((leaf) => ({ ...leaf, at: [index, ...leaf.at] })));
      return [{ value: each.map(({ value }) => value), leaves }];
    }
    case 'record': {
      const [key] = strings(def.keyType, path);
      const [one] = fillings(def.valueType, `${path}{}`);
      if (!key || !one) return [];
      const name = String(key.value);
      return [{ value: { [name]: one.value }, leaves: one.leaves.map((leaf) => ({ ...leaf, at: [name, ...leaf.at] })) }];
    }
    case 'optional':
      return fillings(def.innerType, path);
    case 'union':
      return def.options.flatMap((option) => fillings(option, path));
    case 'literal':
      return [{ value: def.values[0], leaves: [] }];
    case 'enum': {
      const options = Object.values(def.entries);
      return options.map((value) => {
        const others = options.filter((one) => one !== value);
        return { value, leaves: [{ at: [], path, others, isText: false }] };
      });
    }
    case 'boolean':
      return [{ value: true, leaves: [{ at: [], path, others: [undefined], isText: false }] }];
    case 'string':
      return strings(schema, path);
    case 'unknown':
      return [];
    default:
      throw new Error(`expected a schema that this can fill, found ${def.type} at ${path}`);
  }
}

function strings(schema: Schema, path: string): Filled[] {
  const fits = (text: string): boolean => (schema as z.ZodType).safeParse(text).success;
  const free = [`free words ${++count} one`, `free words ${count} two`] as const;
  const isText = fits(free[0]);
  const pair = isText ? free : pairs().find((both) => both.every(fits));
  if (!pair) throw new Error(`expected a text that fits ${path}, found none: add its form to pairs()`);
  return [{ value: pair[0], leaves: [{ at: [], path, others: [pair[1]], isText }] }];
}

/** All fields, in as many ways as one of them can be filled; and, where some are optional, only the others. */
function objects(shape: Record<string, Schema>, path: string): Filled[] {
  const all = Object.keys(shape);
  const needed = all.filter((field) => shape[field]?._zod.def.type !== 'optional');
  const ways = new Map(all.map((field) => [field, fillings(shape[field] as Schema, path === '' ? field : `${path}.${field}`)]));
  const filledWith = (fields: readonly string[], way: number): Filled => {
    const filled = fields.flatMap((field) => {
      const of = ways.get(field) ?? [];
      const one = of[way % of.length];
      return one ? [{ field, ...one }] : [];
    });
    return {
      value: Object.fromEntries(filled.map(({ field, value }) => [field, value])),
      leaves: filled.flatMap(({ field, leaves }) => leaves.map((leaf) => ({ ...leaf, at: [field, ...leaf.at] }))),
    };
  };
  const maxWays = Math.max(1, ...Array.from(ways.values(), ({ length }) => length));
  const whole = Array.from({ length: maxWays }, (_, way) => filledWith(all, way));
  return needed.length === all.length ? whole : [...whole, filledWith(needed, 0)];
}

/** The value with another one at a place; `undefined` takes away what is there. */
export function withOther(value: unknown, at: readonly (string | number)[], other: unknown): unknown {
  const [first, ...rest] = at;
  if (first === undefined) return other;
  if (Array.isArray(value)) return value.map((one, index) => (index === first ? withOther(one, rest, other) : one));
  const { [first]: old, ...others } = value as Record<string, unknown>;
  const next = withOther(old, rest, other);
  return next === undefined ? others : { ...(value as object), [first]: next };
}
