import { z } from '@hono/zod-openapi';
import { actor, checkedString, expectedFound, party, slugPattern, topic } from '../../domain/codes.ts';
import { parseDay } from '../../domain/dates.ts';
import { stages } from '../../domain/types.ts';
import { warningKinds } from '../../projections/derived/warnings.ts';
import { endReasons, type Filter } from '../../projections/filter.ts';
import { wantedIn } from '../../projections/words.ts';

/** The filters that lists and views take, as query parameters: one schema for API, pages and command line. */

/** The maximum number of values of one filter. */
const maxValues = 100;
const yesOrNo = ['true', 'false'] as const;

export const filterParameters = {
  topic: several(topic, 'By whole segments, such as alliance or trade/tariff'),
  party: several(party, 'Who is or was an obligor or beneficiary, such as KR'),
  from: several(party, 'Who is or was an obligor'),
  to: several(party, 'Who is or was a beneficiary'),
  actor: several(actor, 'Who spoke, was spoken for, or gives a reading'),
  stage: several(oneOf(stages), `Where it stands: ${stages.join(', ')}`),
  contested: oneOf(yesOrNo).optional().describe('Whether a dispute is open'),
  suspended: oneOf(yesOrNo).optional().describe('Whether it, or some of it, is set aside'),
  performance: several(oneOf(['none', 'partial', 'full']), 'What of it is performed: none, partial, full'),
  binding: several(oneOf(['yes', 'no', 'disputed']), 'Whether the newest instrument that binds is binding: yes, no, disputed'),
  reason: several(oneOf(endReasons), `Why it ended: ${endReasons.join(', ')}`),
  warning: several(oneOf(warningKinds), `With a warning: ${warningKinds.join(', ')}`),
  document: several(
    checkedString('the slug of a document, such as joint-fact-sheet', (text) => slugPattern.test(text)),
    'The document that an instrument of its announcements shares',
  ),
  dueBefore: checkedString('a day such as 2025-08-22', (text) => parseDay(text) !== undefined)
    .optional()
    .describe('Something is due before this day and not performed by then'),
  q: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Words that must all occur, the last one as a beginning, or phrases in quotation marks: in titles, topics, parties, speakers, readings, terms, translations, summaries, notes, instruments, publishers and quotes',
    ),
};

const filterQuery = z.object(filterParameters);
export type FilterParameters = z.output<typeof filterQuery>;
export type FilterName = keyof FilterParameters;
export const filterNames = Object.keys(filterParameters) as FilterName[];

/** The filter that the parameters ask for. */
export function filterOf(query: FilterParameters): Filter {
  const { contested, suspended, dueBefore, q } = query;
  const isYes = (text: string | undefined): boolean | undefined => (text === undefined ? undefined : text === 'true');
  return {
    topic: valuesOf(query.topic),
    party: valuesOf(query.party),
    from: valuesOf(query.from),
    to: valuesOf(query.to),
    actor: valuesOf(query.actor),
    stage: valuesOf(query.stage) as Filter['stage'],
    contested: isYes(contested),
    suspended: isYes(suspended),
    performance: valuesOf(query.performance) as Filter['performance'],
    binding: valuesOf(query.binding) as Filter['binding'],
    reason: valuesOf(query.reason) as Filter['reason'],
    warning: valuesOf(query.warning) as Filter['warning'],
    document: valuesOf(query.document),
    dueBefore: dueBefore === undefined ? undefined : parseDay(dueBefore),
    q: q === undefined ? undefined : wantedIn(q),
  };
}

function valuesOf(text: string | undefined): string[] | undefined {
  return text?.split(',');
}

/** The filters given among the parameters of an address. */
export function filtersIn(query: FilterParameters): Partial<Record<FilterName, string>> {
  return Object.fromEntries(filterNames.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));
}

/** Values separated by commas, each of which must match `item`. */
function several(item: z.ZodString, description: string) {
  return z
    .string()
    .superRefine((text, context) => {
      const values = text.split(',');
      if (values.length > maxValues) {
        const message = `expected at most ${maxValues} values, found ${values.length}`;
        context.addIssue({ code: 'custom', message });
        return;
      }
      for (const value of values) {
        for (const { message } of item.safeParse(value).error?.issues ?? []) context.addIssue({ code: 'custom', message });
      }
    })
    .optional()
    .describe(`${description}; several separated by commas`);
}

/** One of some words; a refusal lists all of them. */
function oneOf(words: readonly string[]): z.ZodString {
  return z.string().refine((text) => words.includes(text), {
    error: ({ input }) => expectedFound(`one of ${words.join(', ')}`, input),
  });
}
