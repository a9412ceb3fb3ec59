import { z } from 'zod';
import { party, slugPattern, topic } from '../../domain/codes.ts';
import { answerCut, type Cut, cutAnswer } from '../cut.ts';
import type { Filter } from '../filter.ts';
import type { Links } from '../overlaps.ts';
import { line, type Viewed } from '../record.ts';
import { type Total, total } from '../total.ts';
import { totalsInSteps } from '../totals.ts';
import { type SectionName, sectionNames, sections } from './sectionsOfViews.ts';

/** A view as data: which commitments it takes, which must meet every condition given, and what it shows of them. */
export const definition = z
  .strictObject({
    name: z.string().regex(slugPattern, 'expected a name such as climate-finance').max(64),
    title: z.string().min(1).max(200),
    topics: z.array(topic).min(1).optional().describe('By whole segments; absent: all'),
    parties: z.array(party).min(1).optional().describe('Who are or were obligors or beneficiaries; absent: all'),
    documents: z
      .array(z.string().regex(slugPattern, 'expected the slug of a document, such as joint-fact-sheet'))
      .min(1)
      .optional()
      .describe('That instruments of its announcements share; absent: all'),
    sections: z.array(z.enum(sectionNames)).min(1).describe('In the order in which the page shows them'),
  })
  .meta({ id: 'ViewDefinition' });
export type Definition = z.infer<typeof definition>;

/** The input of a view: its commitments in order of opening, and the links of the rest of the ledger for totals. */
export type ViewInput = Links & {
  readonly cut: Cut;
  readonly commitments: readonly Viewed[];
  /** Where these are one page of many: how many there are on all pages, and the totals of all. */
  readonly all?: { readonly count: number; readonly totals: Total[] };
};

type ShapeOf = { [N in SectionName]: (typeof sections)[N]['shape'] };
/** The fields of all sections. */
type EveryShape = {
  [F in { [N in SectionName]: keyof ShapeOf[N] }[SectionName]]: Extract<ShapeOf[SectionName], Record<F, unknown>>[F];
};
/** The fields of some sections. */
type Shapes<S extends SectionName> = Pick<EveryShape, { [N in SectionName]: keyof ShapeOf[N] & keyof EveryShape }[S]>;

const shared = {
  title: z.string(),
  cut: cutAnswer,
  count: z.int().describe('How many lines there are on all pages'),
  sectionsOf: z
    .literal('page')
    .optional()
    .describe(
      'There where a view is so long that its sections are of the lines of this page; absent: of all. Totals are of all',
    ),
};
const rows = {
  lines: z.array(line).describe('A page of them, in order of opening'),
  totals: z.array(total),
};

/** The answer of any view. The fields of a section are present where the view has the section. */
export const viewAnswer = z
  .object({
    view: z.string(),
    ...shared,
    ...z.object(shapesOf(sectionNames)).partial().shape,
    ...rows,
  })
  .meta({ id: 'View' });
export type AnyAnswer = z.infer<typeof viewAnswer>;

/** An answer with the fields of these sections. */
export type AnswerWith<S extends SectionName> = AnyAnswer & z.infer<z.ZodObject<Shapes<S>>>;

/**
 * A view that can be asked. `answering` makes its answer in steps, so that other work can run in between. Where the definition
 * is written here, the type has exactly the fields of its sections; for a definition from a file they are only known at run
 * time.
 */
export function defineView<const N extends string, const S extends SectionName>(
  defined: Omit<Definition, 'name' | 'sections'> & { readonly name: N; readonly sections: readonly S[] },
) {
  const schema = z.object({
    view: z.literal(defined.name),
    ...shared,
    ...shapesOf(defined.sections),
    ...rows,
  });
  function* answering({ cut, commitments, all, ...links }: ViewInput): Generator<undefined, z.infer<typeof schema>> {
    let own = {};
    for (const name of defined.sections) {
      own = { ...own, ...sections[name].project(commitments, cut) };
      yield;
    }
    const totals = all?.totals ?? (yield* totalsInSteps(commitments, links));
    yield;
    return {
      view: defined.name,
      title: defined.title,
      cut: answerCut(cut),
      count: all?.count ?? commitments.length,
      ...(all && { sectionsOf: 'page' as const }),
      ...own,
      lines: commitments.map((one) => one.line),
      totals,
    } as z.infer<typeof schema>;
  }
  const { topics, parties, documents } = defined;
  const filter: Filter = { topic: topics, party: parties, document: documents };
  return { ...defined, definition: defined, filter, schema, answering };
}

function shapesOf<S extends SectionName>(names: readonly S[]): Shapes<S> {
  return Object.assign({}, ...names.map((name) => sections[name].shape)) as Shapes<S>;
}
