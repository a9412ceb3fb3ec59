import type { z } from 'zod';

/** Whether a value is of a form. */
type Accepts = (value: unknown) => boolean;

/**
 * A schema as a predicate that agrees with it. It copies nothing and does not say what is wrong, so it takes a third of the
 * time. Only for schemas that do not transform what they take, such as those of the storage format. A form that it does not
 * know is left to the schema.
 */
export function accepts(schema: z.core.$ZodType): Accepts {
  const form = formOf(schema as z.core.$ZodTypes);
  const checks = (schema._zod.def.checks ?? []).map(passes);
  switch (checks.length) {
    case 0:
      return form;
    case 1: {
      const [check] = checks as [Accepts];
      return (value) => form(value) && check(value);
    }
    default:
      return (value) => form(value) && checks.every((check) => check(value));
  }
}

/**
 * Like `schema.safeParse`, but the schema is asked only about a value that the predicate refuses. A value that it accepts is
 * returned as it came, not as a copy.
 */
export function parserOf<S extends z.ZodType>(schema: S): (value: unknown) => z.ZodSafeParseResult<z.output<S>> {
  const isAccepted = accepts(schema);
  return (value) =>
    isAccepted(value) ? { success: true, data: value as z.output<S> } : schema.safeParse(value, { reportInput: true });
}

/** The predicate of a schema's form alone: the checks that the schema adds are left out. */
function formOf(schema: z.core.$ZodTypes): Accepts {
  const { def } = schema._zod;
  if (def.type === 'string') return (value) => typeof value === 'string';
  if (def.type === 'boolean') return (value) => typeof value === 'boolean';
  if (def.type === 'unknown') return () => true;
  if (def.type === 'literal' || def.type === 'enum') {
    const values: ReadonlySet<unknown> = schema._zod.values ?? new Set();
    return (value) => values.has(value);
  }
  if (def.type === 'optional') {
    const inner = accepts(def.innerType);
    return (value) => value === undefined || inner(value);
  }
  if (def.type === 'array') {
    const element = accepts(def.element);
    return (value) => Array.isArray(value) && value.every(element);
  }
  if (def.type === 'record') {
    const [key, member] = [accepts(def.keyType), accepts(def.valueType)];
    return (value) => isObject(value) && Object.entries(value).every((one) => key(one[0]) && member(one[1]));
  }
  if (def.type === 'object' && def.catchall?._zod.def.type === 'never') return strictObject(def);
  if (def.type === 'union' && 'discriminator' in def) return choice(def as z.core.$ZodDiscriminatedUnionDef);
  return asked(schema);
}

/** An object with these fields and no other. */
function strictObject({ shape }: z.core.$ZodObjectDef): Accepts {
  const fields = new Map(Object.entries(shape).map(([name, schema]) => [name, accepts(schema)]));
  const required = [...fields].filter(([, field]) => !field(undefined)).map(([name]) => name);
  return (value) => {
    if (!isObject(value)) return false;
    for (const name of Object.keys(value)) if (fields.get(name)?.(value[name]) !== true) return false;
    for (const name of required) if (value[name] === undefined) return false;
    return true;
  };
}

/** One of several objects, chosen by what a field says. */
function choice({ discriminator, options }: z.core.$ZodDiscriminatedUnionDef): Accepts {
  const byValue = new Map<unknown, Accepts>();
  for (const option of options) {
    const own = accepts(option);
    for (const value of option._zod.propValues?.[discriminator] ?? []) byValue.set(value, own);
  }
  return (value) => isObject(value) && byValue.get(value[discriminator])?.(value) === true;
}

/** Whether a value of the right form passes a check. */
function passes(check: z.core.$ZodCheck): Accepts {
  const { def } = check._zod as z.core.$ZodChecks['_zod'];
  if (def.check === 'string_format' && def.format === 'regex' && def.pattern) {
    const { pattern } = def;
    return (value) => pattern.test(value as string);
  }
  if ('fn' in def && typeof def.fn === 'function') {
    const { fn } = def;
    return (value) => Boolean(fn(value));
  }
  return (value) => {
    const payload = { value: value as never, issues: [] };
    void check._zod.check(payload);
    return payload.issues.length === 0;
  };
}

function asked(schema: z.core.$ZodType): Accepts {
  return (value) => {
    const result = schema._zod.run({ value, issues: [] }, { async: false });
    return !(result instanceof Promise) && result.issues.length === 0;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
