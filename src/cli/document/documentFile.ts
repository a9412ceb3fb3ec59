import { buffer } from 'node:stream/consumers';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { decodeUtf8 } from '../../../domain/json.ts';
import { input, inputName } from '../inputs.ts';
import { withIds } from './itemIds.ts';

/** A file with what one document announces about many commitments, in the form of `POST /documents`. */
export type DocumentFile = {
  readonly body: unknown;
  /** The place in the file of a JSON pointer (RFC 6901) into the body: `line 12`. */
  readonly placeOf: (pointer: string) => string;
};

/**
 * Reads a document in YAML 1.2 or JSON, both with comments (`#` in YAML; `//` and `/* … *\/` in a file that ends in .json). A
 * scalar without quotation marks is a text, except `true`, `false` and `null`: so figures and days are taken as they are
 * written.
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
