import { whenInWords } from '../../domain/dates.ts';
import type { Term } from '../../domain/terms.ts';
import { typeSheet } from '../../domain/types.ts';
import type { AnnouncementType } from '../../domain/announcement.ts';
import type { Figure } from '../../projections/figures.ts';
import { capitalised, directionInWords, figureInWords, statusInWords } from './values.ts';

/** What a draft would announce. */
export type Drafted = {
  readonly type: AnnouncementType;
  readonly mode?: Figure['mode'] | undefined;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly terms: readonly Term[];
  readonly happened: string;
  readonly due?: string | undefined;
};

/**
 * A draft in words, part by part: `Demanded`, `South Korea → United States`, `US$5 billion to US$10 billion`, `due 25 Aug
 * 2025`.
 */
export function draftedInWords({ type, mode, from, to, names, terms, happened, due }: Drafted): string[] {
  const figures = terms.map((term) => figureInWords(term)).filter((figure) => figure !== undefined);
  const deadlines = [...new Set(terms.map(({ deadline }) => deadline))].filter((deadline) => deadline !== undefined);
  return [
    mode === undefined ? typeSheet[type].label : capitalised(statusInWords({ status: 'proposed', mode })),
    ...(from.length > 0 ? [directionInWords(from, to, names)] : []),
    ...figures,
    ...deadlines.map((deadline) => `by ${whenInWords(deadline)}`),
    ...(due === undefined ? [] : [`due ${whenInWords(due)}`]),
    `happened ${whenInWords(happened)}`,
  ];
}
