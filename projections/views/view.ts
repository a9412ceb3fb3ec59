import { z } from 'zod';
import { answerCut, type Cut, cutAnswer } from '../cut.ts';
import { placedFigure } from '../figures.ts';
import type { Links } from '../overlaps.ts';
import { line, type Line, type Viewed } from '../record.ts';
import { total, totalsOf } from '../totals.ts';

/** What a view is made from: the commitments of its topic in order of opening, and the rest of the ledger for totals. */
export type ViewInput = Links & {
  readonly cut: Cut;
  readonly commitments: readonly Viewed[];
};

/**
 * Defines a view: which commitments it takes, and what it shows besides lines and totals. `answering` gives its answer in steps, so
 * that others may have a turn in between.
 */
export function defineView<N extends string, S extends z.ZodRawShape>(view: {
  readonly name: N;
  readonly title: string;
  /** First segment of the topics it takes; empty for all of them. */
  readonly topic: string;
  readonly shape: S;
  readonly project: (commitments: readonly Viewed[], cut: Cut) => z.infer<z.ZodObject<S>>;
}) {
  const schema = z
    .object({
      view: z.literal(view.name),
      title: z.string(),
      cut: cutAnswer,
      count: z.int().describe('How many lines there are on all pages'),
      ...view.shape,
      lines: z.array(line).describe('A page of them, in order of opening'),
      totals: z.array(total),
    })
    .meta({ id: `View-${view.name}` });
  function* answering({ cut, commitments, ...links }: ViewInput): Generator<undefined, z.infer<typeof schema>> {
    const own = view.project(commitments, cut);
    yield;
    const totals = totalsOf(commitments, links);
    yield;
    return {
      view: view.name,
      title: view.title,
      cut: answerCut(cut),
      count: commitments.length,
      ...own,
      lines: commitments.map((one) => one.line),
      totals,
    } as z.infer<typeof schema>;
  }
  return { name: view.name, title: view.title, topic: view.topic, schema, answering };
}

/** The figures of lines that a view sets apart, each with its commitment. */
export function placed(
  lines: readonly Line[],
  wanted: (figure: Line['figures'][number], line: Line) => boolean,
): z.infer<typeof placedFigure>[] {
  return lines.flatMap((one) =>
    one.figures.filter((figure) => wanted(figure, one)).map((figure) => ({ commitment: one.commitment, figure })),
  );
}
