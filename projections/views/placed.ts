import type { z } from 'zod';
import type { placedFigure } from '../figures.ts';
import type { Line, Viewed } from '../record.ts';

export function linesOf(commitments: readonly Viewed[]): Line[] {
  return commitments.map(({ line }) => line);
}

/** The figures of lines that a section selects, each with its commitment. */
export function placed(
  lines: readonly Line[],
  wanted: (figure: Line['figures'][number], line: Line) => boolean,
): z.infer<typeof placedFigure>[] {
  return lines.flatMap((one) =>
    one.figures.filter((figure) => wanted(figure, one)).map((figure) => ({ commitment: one.commitment, figure })),
  );
}
