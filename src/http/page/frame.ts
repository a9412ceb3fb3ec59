import { answerCut, type Cut } from '../../../projections/cut.ts';
import { definitionsIn } from '../../read/definitions.ts';
import type { Reader } from '../../read/queries.ts';
import { viewsHolding } from '../../read/viewAt.ts';
import { type CutParameters, cutOf } from '../cuts.ts';
import { type CutLinks, linksOf } from './links.ts';
import { recordingsOf } from './recordings.ts';
import type { Frame } from './shell.ts';

/** What is around a page that answers at a cut, and how its links keep the cut. */
export type Framed = { readonly frame: Frame & { cut: NonNullable<Frame['cut']> }; readonly to: CutLinks };

/** How many of the newest events the small picture shows. */
export const maxDrawn = 300;

/** Frames a page at a cut that was asked for by these parameters: says from when to when what it knows was recorded. */
export async function frameAt(reader: Reader, cut: Cut, { asOf, knownAt, size }: CutParameters): Promise<Framed> {
  const asked = { asOf, knownAt, size };
  return {
    frame: {
      ...(await bareFrame(reader, cut)),
      asked,
      cut: answerCut(cut),
      recordings: await recordingsOf(reader.log, cut.size, maxDrawn),
    },
    to: linksOf(asked),
  };
}

/** The frame of a page that records: what the newest cut knows, after which the next event will stand. */
export async function recordFrame(reader: Reader): Promise<Framed['frame']> {
  const newest = {};
  return (await frameAt(reader, await cutOf(reader, newest), newest)).frame;
}

/**
 * What is around every page. Without a cut, for pages that answer nothing about commitments. With one, the span of the record ends
 * where the cut ends: a page at a settled cut has the same bytes for ever, whatever is recorded after it.
 */
export async function bareFrame(reader: Reader, cut?: Cut): Promise<Frame> {
  const { log } = reader;
  const frame = { ledger: log.ledger, asked: {}, span: undefined };
  if (!cut || cut.knownAt === null) return frame;
  const [first] = await log.read(0, 1);
  const { views } = definitionsIn(reader);
  const holding = viewsHolding(reader, views, cut);
  return {
    ...frame,
    span: first && { first: first.time, last: cut.knownAt },
    views: holding,
    hasMoreViews: holding.length < views.length,
  };
}
