import { bounds, maxEntriesOf, textKindOf } from '../../domain/bounds.ts';

/** The schemas of what may be sent, by name in the OpenAPI document. Answers have no bounds: older ledgers hold more. */
const sent = ['NewCommitment', 'FirstAnnouncement', 'Announcement'];

type Schema = { [keyword: string]: unknown };

/**
 * Adds the maximum number of characters, entries and members to the schemas of what may be sent. Changes the document in place.
 */
export function addBounds(document: { components?: { schemas?: object } }): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const name of sent) bind(schemas[name], '', false);
}

function bind(schema: unknown, name: string, isEntry: boolean): void {
  if (typeof schema !== 'object' || schema === null || '$ref' in schema) return;
  const own = schema as Schema;
  if (own['type'] === 'string' && !('enum' in own) && !('const' in own)) own['maxLength'] = maxLengthOf(isEntry ? '' : name);
  if (own['type'] === 'array') own['maxItems'] = maxEntriesOf(name);
  bind(own['items'], name, true);
  for (const choice of ['anyOf', 'oneOf', 'allOf']) {
    for (const one of (own[choice] ?? []) as unknown[]) bind(one, name, isEntry);
  }
  for (const [field, inner] of Object.entries(own['properties'] ?? {})) bind(inner, field, false);
  if (own['type'] === 'object' && typeof own['additionalProperties'] === 'object') {
    own['maxProperties'] = bounds.entries;
    if (name === 'names') bind(own['additionalProperties'], '', false);
  }
}

function maxLengthOf(name: string): number {
  const kind = textKindOf(name);
  switch (kind) {
    case 'prose':
      return bounds.prose;
    case 'address':
      return bounds.address;
    case 'date':
      return bounds.date;
    case 'figure':
      // The decimal point counts too.
      return bounds.figureDigits + 1;
    case 'topic':
    case 'line':
      return bounds.line;
    default:
      return kind satisfies never;
  }
}
