import type { Context as Request } from 'hono';
import { answerCut, type Cut } from '../../../projections/cut.ts';
import type { Reader } from '../../read/queries.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { refusal } from '../problems.ts';
import type { z } from '@hono/zod-openapi';
import { type CutLinks, linksOf } from './links.ts';
import { recordingsOf } from './recordings.ts';
import type { Frame } from './shell.ts';

export type Framed = { readonly frame: Frame & { cut: NonNullable<Frame['cut']> }; readonly cut: Cut; readonly to: CutLinks };

/** What a page is asked for, checked by the schema that the API checks it by. A form sends its empty fields too: they say nothing. */
export function asked<S extends z.ZodType>(c: Request, schema: S): z.infer<S> {
  const given = [...new URL(c.req.url).searchParams].filter(([name, value]) => value !== '' && name !== 'format');
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const details = result.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw refusal('bad-request', details.join('; '));
}

/** The small picture shows so many of the newest events. */
export const mostDrawn = 300;

/** Settles the cut of a page from its parameters, and says from when to when what it knows was recorded. */
export async function frameOf(reader: Reader, parameters: z.infer<typeof cutQuery>): Promise<Framed> {
  const { asOf, knownAt, size } = parameters;
  const cut = await cutOf(reader, { asOf, knownAt, size });
  return {
    frame: {
      ...(await bareFrame(reader, cut)),
      asked: { asOf, knownAt, size },
      cut: answerCut(cut),
      recordings: await recordingsOf(reader.log, cut.size, mostDrawn),
    },
    cut,
    to: linksOf({ asOf, knownAt, size }),
  };
}

/** The frame of a page that records: what the newest cut knows, after which the next event will stand. */
export async function recordFrame(reader: Reader): Promise<Framed['frame']> {
  return (await frameOf(reader, {})).frame;
}

/**
 * What is around every page. Without a cut, for pages that answer nothing about commitments. With one, the span of the record ends
 * where the cut ends: a page at a settled cut has the same bytes for ever, whatever is recorded after it.
 */
export async function bareFrame({ log }: Reader, cut?: Cut): Promise<Frame> {
  const frame = { ledger: log.ledger, asked: {}, span: undefined };
  if (!cut || cut.knownAt === null) return frame;
  const [first] = await log.read(0, 1);
  return { ...frame, span: first && { first: first.time, last: cut.knownAt } };
}
