import { answerCut, type Cut } from '../../../projections/cut.ts';
import { definitionsIn } from '../../read/definitions.ts';
import type { Reader } from '../../read/queries.ts';
import { viewsHolding } from '../../read/viewAt.ts';
import { type CutParameters, cutOf } from '../cuts.ts';
import { type CutLinks, linksOf } from './links.ts';
import { recordingsOf } from './recordings.ts';
import type { Frame } from './shell.ts';

/** The frame of a page at a cut, and links that keep the cut. */
export type Framed = { readonly frame: Frame & { cut: NonNullable<Frame['cut']> }; readonly to: CutLinks };

/** How many of the newest events the small picture shows. */
export const maxDrawn = 300;

/** The frame of a page at a cut given by these parameters. It shows the span in which what it knows was recorded. */
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

/** The frame of a page that records: the newest cut, after which the next event will be. */
export async function recordFrame(reader: Reader): Promise<Framed['frame']> {
  const newest = {};
  return (await frameAt(reader, await cutOf(reader, newest), newest)).frame;
}

/**
 * The frame of every page. It has no cut on pages that answer nothing about commitments. Otherwise the span of the record ends
 * with the cut, so a page at a settled cut has the same bytes for ever, whatever is recorded later.
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
