import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../domain/json.ts';

/**
 * Gives each item without an id one that is computed from the item and its document. So the same file sent again is recognised,
 * and continues where it stopped.
 */
export function withIds(body: unknown): unknown {
  const { items, ...shared } = (body ?? {}) as { items?: unknown };
  if (!Array.isArray(items)) return body;
  return { ...(body as object), items: items.map((item, index) => withId(item, [shared, index, item])) };
}

function withId(item: unknown, said: unknown): unknown {
  const { announcement } = (item ?? {}) as { announcement?: unknown };
  if (typeof announcement !== 'object' || announcement === null || 'id' in announcement) return item;
  return { ...(item as object), announcement: { ...announcement, id: idOf(said) } };
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID made from the SHA-256 of a value. Its first digit is 0, which keeps it within the range of ULIDs. */
function idOf(value: unknown): string {
  const bytes = createHash('sha256').update(canonicalJson(value)).digest();
  return `0${[...bytes.subarray(0, 25)].map((byte) => digits[byte % 32]).join('')}`;
}
