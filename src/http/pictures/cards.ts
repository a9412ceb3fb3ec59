import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { ulid } from '../../../domain/codes.ts';
import { termKey } from '../../../domain/terms.ts';
import type { Cut } from '../../../projections/cut.ts';
import type { FigureAnswer } from '../../../projections/figure.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';
import { commitmentAt, figureAt, whyAbsent } from '../../read/queries.ts';
import { isDrawerThere, pngOf } from '../../report/pdf.ts';
import { commitmentFinding } from '../../report/recordReports.ts';
import { directionInShort, figureInWords } from '../../wording/called.ts';
import { cutInWords, statusInWords } from '../../wording/values.ts';
import { tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { link, permanent } from '../page/links.ts';
import { problemResponses, refusal } from '../problems.ts';
import { madeOrProblem } from '../reports/sending.ts';
import { cardSize, cardSvg } from './cardSvg.ts';

/** Share cards: what other sites show for a link to a commitment or a figure, as words and as a picture by address. */

export type Card = {
  readonly title: string;
  readonly description: string;
  /** The address of its picture, where one can be drawn here. */
  readonly image?: string | undefined;
};

/** `origin`: of this service, since other programs fetch the picture. */
export function commitmentCard(record: CommitmentRecord, origin: string): Card {
  const { id, title, cut } = record;
  return {
    title,
    description: `${commitmentFinding(record)} · ${cutInWords(cut)}`,
    image: imageAt(`${origin}/commitments/${id}/card.png`, cut),
  };
}

export function figureCard(
  { figure, recorded, announcement, key }: FigureAnswer,
  record: CommitmentRecord,
  origin: string,
): Card {
  const term = figure ?? recorded.term;
  const stated = term && (figureInWords(term) ?? term.text);
  return {
    title: `${stated ?? key}: ${record.title}`,
    description: [
      directionInShort(record.from, record.to, record.names),
      ...(figure ? [statusInWords(figure)] : ['removed by a correction of the record']),
      ...(figure && record.contested.length > 0 ? ['a dispute is open'] : []),
      cutInWords(record.cut),
    ].join(' · '),
    image: imageAt(`${origin}/figures/${announcement}/${key}/card.png`, record.cut),
  };
}

/** The address of a picture at its cut, so that a shared link never shows another. */
function imageAt(address: string, cut: CommitmentRecord['cut']): string | undefined {
  return isDrawerThere() ? link(address, permanent(cut)) : undefined;
}

const png = { description: 'The card', content: { 'image/png': { schema: z.string().meta({ format: 'binary' }) } } };

const commitmentRoute = createRoute({
  method: 'get',
  path: '/commitments/{id}/card.png',
  summary: 'What a link to a commitment shows where it is shared, as a picture',
  request: { params: z.object({ id: ulid }), query: cutQuery },
  responses: { 200: png, ...problemResponses(400, 404) },
});

const figureRoute = createRoute({
  method: 'get',
  path: '/figures/{announcement}/{key}/card.png',
  summary: 'What a link to a figure shows where it is shared, as a picture',
  request: { params: z.object({ announcement: ulid, key: termKey }), query: cutQuery },
  responses: { 200: png, ...problemResponses(400, 404) },
});

export function addCards(app: OpenAPIHono, context: Context): void {
  const { reader } = context;
  const recordAt = async (id: string, cut: Cut): Promise<CommitmentRecord> => {
    const record = await commitmentAt(reader, id, cut);
    if (record) return record;
    throw refusal('not-known-at-cut', await whyAbsent(reader, id, cut));
  };

  app.openapi(commitmentRoute, async (c) => {
    const cut = await cutOf(reader, c.req.valid('query'));
    return sendCard(c, context, cut, commitmentCard(await recordAt(c.req.valid('param').id, cut), ''));
  });

  app.openapi(figureRoute, async (c) => {
    const { announcement, key } = c.req.valid('param');
    const cut = await cutOf(reader, c.req.valid('query'));
    const found = await figureAt(reader, announcement, key, cut);
    if (found) return sendCard(c, context, cut, figureCard(found, await recordAt(found.commitment.id, cut), ''));
    throw refusal('not-known-at-cut', `expected the term "${key}" of ${announcement}, known at size ${cut.size}, found none`);
  });
}

async function sendCard(c: Request, { reader, version = '' }: Context, cut: Cut, card: Card) {
  tagCuts(c, reader, version, [cut], { parts: ['card'] });
  const svg = await cardSvg(card, `Commitments ledger ${reader.log.ledger}`);
  const bytes = await madeOrProblem(async () => pngOf({ words: card.description, svg, ...cardSize }));
  // Pages of other sites show it.
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  return c.body(bytes, 200, { 'Content-Type': 'image/png' });
}
