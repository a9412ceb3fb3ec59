import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { canonicalJson, decodeUtf8 } from '../../../domain/json.ts';
import { input, inputName } from '../inputs.ts';

/** A file that says what one document announces of many commitments, as it is sent to `POST /documents`. */
export type DocumentFile = {
  readonly body: unknown;
  /** Where in the file a JSON pointer (RFC 6901) into the body leads: `line 12`. */
  readonly placeOf: (pointer: string) => string;
};

/**
 * Reads a document in YAML 1.2 or JSON, both with comments (`#` in YAML; `//` and `/* … *\/` in a file that ends in .json). What is
 * written without quotation marks is a text, save `true`, `false` and `null`: figures and days are taken as they are written.
 */
export async function readDocumentFile(file: string): Promise<DocumentFile> {
  const name = inputName(file);
  const text = decodeUtf8(await buffer(input(file)));
  if (text === undefined) throw new Error(`expected ${name} to be in UTF-8, found bytes that are not UTF-8`);
  const lines = new LineCounter();
  const parsed = parseDocument(file.endsWith('.json') ? withoutComments(text) : text, {
    lineCounter: lines,
    customTags: (tags) => tags.filter((tag) => !isNumberTag(tag)),
    prettyErrors: false,
  });
  const wrong = [...parsed.errors, ...parsed.warnings].map(
    ({ pos, message }) => `${name}, line ${lines.linePos(pos[0]).line}: ${message}`,
  );
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  if (!isMap(parsed.contents)) throw new Error(`expected items in ${name}, found ${text.slice(0, 40)}`);
  const lineOf = (node: Node | null | undefined): number | undefined =>
    node?.range ? lines.linePos(node.range[0]).line : undefined;
  return {
    body: withIds(parsed.toJS({ maxAliasCount: 100 })),
    placeOf(pointer) {
      const path = pointer.split('/').slice(1);
      for (let length = path.length; length > 0; length--) {
        const node = parsed.getIn(path.slice(0, length), true);
        const line = isScalar(node) || isNode(node) ? lineOf(node) : undefined;
        if (line !== undefined) return `line ${line}`;
      }
      return 'line 1';
    },
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value;
}

function isNumberTag(tag: unknown): boolean {
  const name = typeof tag === 'object' && tag !== null && 'tag' in tag ? tag.tag : tag;
  return typeof name === 'string' && /:?(int|float)\b/.test(name);
}

/** The same text with spaces in place of comments, so that every line stays where it was. */
function withoutComments(text: string): string {
  return text.replaceAll(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (part) =>
    part.startsWith('"') ? part : part.replaceAll(/[^\n]/g, ' '),
  );
}

/**
 * An item without an id gets one that follows from what it says, so the same file sent again is recognised, and goes on where it
 * stopped.
 */
export function withIds(body: unknown): unknown {
  const { items } = (body ?? {}) as { items?: unknown };
  if (!Array.isArray(items)) return body;
  return { ...(body as object), items: items.map((item, index) => withId(item, index)) };
}

function withId(item: unknown, index: number): unknown {
  const { announcement } = (item ?? {}) as { announcement?: unknown };
  if (typeof announcement !== 'object' || announcement === null || 'id' in announcement) return item;
  return { ...(item as object), announcement: { ...announcement, id: idOf([index, item]) } };
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID made of the SHA-256 of a value: its first digit is 0, so that it is one. */
function idOf(value: unknown): string {
  const bytes = createHash('sha256').update(canonicalJson(value)).digest();
  return `0${[...bytes.subarray(0, 25)].map((byte) => digits[byte % 32]).join('')}`;
}
