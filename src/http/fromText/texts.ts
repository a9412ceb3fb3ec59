import { createHash } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { formatDay } from '../../../domain/dates.ts';
import { decodeUtf8 } from '../../../domain/json.ts';
import { when } from '../../../domain/terms.ts';
import { type DocumentItem, itemOf, missingIn, type TextSource } from '../../understanding/documentOfText.ts';
import { draftsIn, type TextDraft } from '../../understanding/textDrafts.ts';
import type { Sentence } from '../../understanding/sentences.ts';
import { namedParties } from '../../read/namedParties.ts';
import { cutNow } from '../../read/queries.ts';
import { bytesSent, json } from '../bodies.ts';
import type { Context } from '../context.ts';
import { problemResponses, refusal } from '../problems.ts';

/** What a text announces, as drafts for POST /documents. */

/** The maximum length of a text in bytes: reading one must not delay other requests for long. */
export const maxText = 128 * 1024;

/** A text that was read: who published it and when, its sentences, and a draft for each announcement in it. */
export type TextRead = {
  readonly source: TextSource;
  readonly sentences: readonly Sentence[];
  readonly drafts: readonly { readonly draft: TextDraft; readonly missing?: string | undefined; readonly item: DocumentItem }[];
};

export type GivenSource = {
  readonly publisher: string;
  readonly published?: string | undefined;
  readonly url?: string | undefined;
  /** The digest of the original bytes, since a browser sends the lines of a text back in another form. */
  readonly sha256?: string | undefined;
};

/** Reads a text by the rules, as of its publication or else today. Each draft gets its own id. */
export async function readText({ reader, ledger }: Context, bytes: Uint8Array, given: GivenSource): Promise<TextRead> {
  if (bytes.length > maxText)
    throw refusal('body-too-large', `expected a text of at most ${maxText} bytes, found ${bytes.length}`);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw refusal('bad-request', 'expected a text in UTF-8, found other bytes');
  const cut = await cutNow(reader);
  const { publisher, published = formatDay(cut.asOf), url } = given;
  const { sha256 = createHash('sha256').update(bytes).digest('hex') } = given;
  const source = { publisher, published, sha256, ...(url !== undefined && { url }) };
  const asOf = /\d{4}-\d\d-\d\d/.exec(published)?.[0] ?? `${/\d{4}/.exec(published)?.[0] ?? '2000'}-07-01`;
  const { sentences, drafts } = draftsIn(text, { asOf, known: await namedParties(reader) });
  return {
    source,
    sentences,
    drafts: drafts.map((draft) => {
      const sentence = sentences[draft.sentence];
      if (!sentence) throw new Error(`expected sentence ${draft.sentence} of a draft, found none`);
      return { draft, missing: missingIn(draft), item: itemOf(draft, sentence, source, ledger.newId()) };
    }),
  };
}

export const textRead = z
  .object({
    sha256: z.string().describe('Of the bytes of the text'),
    sentences: z
      .array(z.object({ text: z.string(), start: z.int(), end: z.int() }))
      .describe('With their place, in UTF-16 units'),
    drafts: z.array(
      z.object({
        sentence: z.int().describe('Which of the sentences, counted from 0'),
        because: z.string().describe('The words that announce it'),
        missing: z.string().optional().describe('What to add before it can be recorded'),
        item: z
          .object({
            commitment: z.looseObject({ title: z.string() }),
            announcement: z.looseObject({ type: z.string(), id: z.string() }),
          })
          .describe('An item of POST /documents'),
      }),
    ),
  })
  .openapi('TextRead');

const route = createRoute({
  method: 'post',
  path: '/texts',
  summary: 'Draft what a statement or an article announces; nothing is recorded',
  request: {
    query: z.strictObject({
      publisher: z.string().min(1).max(500),
      published: when.optional().describe('When it was published; today when absent'),
      url: z.string().max(2000).optional(),
    }),
    body: { required: true, content: { 'text/plain': { schema: z.string().max(maxText) } } },
  },
  responses: {
    200: { description: 'Its sentences, and a draft for each announcement that was found in them', content: json(textRead) },
    ...problemResponses(400, 408, 413, 415),
  },
});

/** Adds the address that reads texts, for programs. */
export function addTexts(app: OpenAPIHono, context: Context): void {
  app.openapi(route, async (c) => {
    const type = c.req.header('Content-Type') ?? '';
    if (!/^text\/plain\s*(;|$)/i.test(type)) throw refusal('unsupported-media-type', `expected text/plain, found "${type}"`);
    const { source, sentences, drafts } = await readText(context, await bytesSent(c), c.req.valid('query'));
    const answer: z.output<typeof textRead> = {
      sha256: source.sha256,
      sentences: sentences.map((one) => ({ ...one })),
      drafts: drafts.map(({ draft: { sentence, because }, missing, item: { commitment, announcement } }) => ({
        sentence,
        because,
        ...(missing !== undefined && { missing }),
        item: { commitment: { ...commitment }, announcement: { ...announcement } },
      })),
    };
    return c.json(answer, 200);
  });
}
