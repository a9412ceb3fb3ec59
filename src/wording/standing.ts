import { ulid } from '../../domain/codes.ts';
import { whenOf } from '../../domain/dates.ts';
import type { Term } from '../../domain/terms.ts';
import type { Beside, BoundAnswer } from '../../projections/beside.ts';
import type { Figure } from '../../projections/figures.ts';
import type { PerformanceAnswer } from '../../projections/performance.ts';
import type { InForceAnswer } from '../../projections/record.ts';
import { asidesOfTerm } from './announcement.ts';
import type { Piece } from './pieces.ts';
import { bindingInWords, figureInWords } from './values.ts';

/**
 * What stands beside a stage and beside a figure, in words: who is bound; what is suspended, announced, delivered or in force.
 * Everything here is a list of pieces, which a page and a terminal each show in their own way.
 */

type Pieces = readonly Piece[];

const boundOrder = ['formalised', 'pledged', 'none', 'left'] as const satisfies readonly BoundAnswer['stage'][];

/**
 * Who is bound and who is not, grouped by day: `bound since 3 Jul 2025 (formalised): Japan`; `not bound: Spain`. Empty where
 * only one party was ever an obligor.
 */
export function boundInWords(bound: readonly BoundAnswer[]): Pieces[] {
  if (bound.length < 2) return [];
  const isBound = bound.some(({ stage }) => stage !== 'none');
  const groups = boundOrder.flatMap((stage) =>
    [
      ...Map.groupBy(
        bound.filter((one) => one.stage === stage),
        ({ since }) => since,
      ),
    ].map(([since, all]) => ({ stage, since, parties: all.map(({ party }) => party) })),
  );
  const said = groups.map(({ stage, since, parties }): Pieces => {
    if (stage === 'none') return [isBound ? 'not bound: ' : 'nobody is bound: ', { parties }];
    return [...boundStageInWords({ stage, since }), ': ', { parties }];
  });
  return [...said, ...exemptInWords(bound)];
}

/** How a party is bound: `bound since 3 Jul 2025 (formalised)`; `left on 4 Nov 2020`; `not bound`. */
export function boundStageInWords({ stage, since }: Pick<BoundAnswer, 'stage' | 'since'>): Pieces {
  if (stage === 'none') return ['not bound'];
  const day: Pieces = since === undefined ? [] : [stage === 'left' ? ' on ' : ' since ', { date: since }];
  return stage === 'left' ? ['left', ...day] : ['bound', ...day, ` (${stage})`];
}

/** `exempt from core: Spain, contested`. */
export function exemptInWords(bound: readonly BoundAnswer[]): Pieces[] {
  const all = bound.flatMap(({ party, exemptFrom = [] }) => exemptFrom.map((one) => ({ party, ...one })));
  return [...Map.groupBy(all, ({ key, disputed }) => `${key} ${disputed}`).values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    return [
      [
        'exempt from ',
        { key: first.key },
        ': ',
        { parties: same.map(({ party }) => party) },
        first.disputed ? ', contested' : '',
      ],
    ];
  });
}

/** More names than this are only counted where one line covers all. */
const maxNames = 3;

/**
 * Who is bound and who is not in short lines for lists: `bound: France`; `not bound: Spain`; `left: United States`; `exempt
 * from a term: Spain`. Where all are bound in the same way, `all 32 are bound`. Empty where only one party was ever an obligor.
 */
export function boundInShort(bound: readonly BoundAnswer[]): Pieces[] {
  if (bound.length < 2) return [];
  const of = (...stages: readonly BoundAnswer['stage'][]): BoundAnswer[] => bound.filter(({ stage }) => stages.includes(stage));
  const who = (label: string, some: readonly BoundAnswer[]): Pieces[] => {
    if (some.length === 0) return [];
    const named: Piece =
      some.length <= maxNames ? { parties: some.map(({ party }) => party) } : `${some.length} of ${bound.length} parties`;
    return [[`${label}: `, named]];
  };
  const [isBound, notBound] = [of('pledged', 'formalised'), of('none')];
  const [exemptFromOne, exemptFromMore] = [
    bound.filter(({ exemptFrom = [] }) => exemptFrom.length === 1),
    bound.filter(({ exemptFrom = [] }) => exemptFrom.length > 1),
  ];
  return [
    ...(isBound.length === bound.length
      ? [[isBound.length === 2 ? 'both are bound' : `all ${isBound.length} are bound`]]
      : notBound.length === bound.length
        ? [['nobody is bound']]
        : [...who('bound', isBound), ...who('not bound', notBound)]),
    ...who('left', of('left')),
    ...who('exempt from a term', exemptFromOne),
    ...who('exempt from several terms', exemptFromMore),
  ];
}

/** `suspended since 5 Aug 2025 until 6 Feb 2026: the term goods, the part of Japan`. */
export function suspensionInWords({ since, until, keys, parties }: Beside['suspended'][number]): Pieces {
  const what: Pieces[] = [
    ...(keys === undefined ? [] : keys.map((key): Pieces => ['the term ', { key }])),
    ...(parties === undefined ? [] : [['the part of ', { parties }]]),
  ];
  return [
    'suspended since ',
    { date: since },
    ...(until === undefined ? [] : [' until ', { date: until }]),
    ...what.flatMap((one, index) => [index === 0 ? ': ' : ', ', ...one]),
  ];
}

/** What a notice announces: `notice given: Spain leaves on 4 Nov 2026`. */
export function noticeInWords({ type, on, parties }: Beside['notices'][number]): Pieces {
  const day: Pieces = [' on ', { date: on }];
  const isOne = parties?.length === 1;
  const who: Pieces = parties === undefined ? ['it'] : [{ parties }];
  switch (type) {
    case 'ended':
      return ['notice given: it ends', ...day];
    case 'left':
      return ['notice given: ', ...who, isOne || !parties ? ' leaves' : ' leave', ...day];
    case 'joined':
      return ['notice given: ', ...who, isOne || !parties ? ' joins' : ' join', ...day];
    case 'suspended':
      return ['notice given: ', ...(parties ? ['the part of ', ...who] : who), ' is suspended', ...day];
    case 'resumed':
      return ['notice given: ', ...(parties ? ['the part of ', ...who] : who), ' is in operation again', ...day];
    default:
      return type satisfies never;
  }
}

/** How it ended: `ended: withdrawn, by Donald Trump, for United States`. An expiry has no author, only a speaker. */
export function endedInWords({ reason, saidBy, successor }: NonNullable<Beside['ended']>): Pieces {
  const next: Pieces =
    successor === undefined
      ? []
      : ['; successor ', ulid.safeParse(successor).success ? { commitment: successor } : { parties: [successor] }];
  return [`ended: ${reason}, ${reason === 'expired' ? 'said ' : ''}by `, { speakers: saidBy }, ...next];
}

/** `binding: Framework Agreement, 27 Jul 2025`. */
export function instrumentInWords({ title, date, binding }: NonNullable<Beside['instrument']>): Pieces {
  return [`${bindingInWords(binding)}: `, { name: title }, ', ', { date }];
}

/**
 * The limits of a figure, shown beside it: what it applies to, who owes or delivered it, whether a condition is met, and how
 * sure the record is. `obligors`: those of the day; that the only party, or all of them, owe it needs no words.
 */
export function asidesOfFigure(figure: Figure, obligors: readonly string[]): Pieces[] {
  const { owedBy = [], ...rest } = figure;
  const isAll = obligors.length === owedBy.length && obligors.every((one) => owedBy.includes(one));
  return [
    ...(owedBy.length === 0 || (isAll && owedBy.length === 1)
      ? []
      : [[ownedInWords(figure.status), ...ownersOf(owedBy, obligors)]]),
    ...asidesOfTerm(rest),
    ...(figure.kind === 'condition' && figure.stands ? [metInWords(figure)] : []),
    ...confidenceInWords(figure),
  ];
}

/** Like `asidesOfFigure`, for a term as its announcement gave it; `status`: the status of a figure of such an announcement. */
export function asidesOfGiven({ owedBy = [], ...term }: Term, status: Figure['status'] | undefined): Pieces[] {
  return [
    ...(owedBy.length === 0 ? [] : [[ownedInWords(status), { parties: owedBy }] satisfies Pieces]),
    ...asidesOfTerm(term),
  ];
}

/** The words before the parties of a figure: nobody owes what was only observed, or asked or said by others. */
function ownedInWords(status: Figure['status'] | undefined): string {
  if (status === 'delivered') return 'delivered by ';
  if (status === 'observed') return 'of ';
  return status === 'proposed' || status === 'asserted' ? 'to be owed by ' : 'owed by ';
}

/** The parties by name; where all of many owe it, or all but a few, their number and the exceptions. */
export function ownersOf(owedBy: readonly string[], obligors: readonly string[]): Pieces {
  const others = obligors.filter((party) => !owedBy.includes(party));
  const isMost = owedBy.length > maxNames && owedBy.length + others.length === obligors.length;
  if (!isMost || others.length > maxNames) return [{ parties: owedBy }];
  return others.length === 0 ? [`all ${owedBy.length} obligors`] : ['all but ', { parties: others }];
}

/** `met since 5 Aug 2025`; `not met`. For a condition with `unless`: `has not come about`, or `came about 5 Aug 2025`. */
export function metInWords({ met, unless }: { met?: Figure['met']; unless?: true | undefined }): Pieces {
  if (unless) return met === undefined ? ['has not come about'] : ['came about ', { date: met.since }];
  return met === undefined ? ['not met'] : ['met since ', { date: met.since }];
}

/** `low confidence`; empty for high confidence. */
export function confidenceInWords({ confidence }: Pick<Figure, 'confidence'>): Pieces[] {
  return confidence === undefined || confidence === 'high' ? [] : [[`${confidence} confidence`]];
}

/**
 * Since when a term is in force, without its words: `in force since 1 Aug 2025, announced later`. `owedBy`: those for whom it
 * could be in force; where it is so only for some of them, they are named.
 */
export function inForceInWords(run: InForceAnswer, owedBy: readonly string[] = run.inForceFor): Pieces {
  const isAll = owedBy.every((party) => run.inForceFor.includes(party));
  return [
    ...(run.since === null ? ['in force, not known since when'] : ['in force since ', { date: run.since }]),
    ...(run.backdated ? [', announced later'] : []),
    ...(isAll ? [] : [', for ', { parties: run.inForceFor }]),
  ];
}

/** A delivered amount, in the unit of its promise: `US$5 billion`, `about 28,500 troops`, `at least 10 ships`. */
export function deliveredInWords(
  term: Term,
  { min, max, about }: { min: string | null; max: string | null; about?: true | undefined },
): string {
  if (term.kind !== 'money' && term.kind !== 'percent' && term.kind !== 'count') return '';
  const bounds = { min: min ?? undefined, max: max ?? undefined };
  if (min === null && max === null) return 'an amount that is not known';
  const qualifier =
    min !== null && max !== null
      ? min === max
        ? about
          ? 'about'
          : 'exact'
        : 'between'
      : min === null
        ? 'up-to'
        : 'at-least';
  return (about && qualifier !== 'about' ? 'about ' : '') + (figureInWords({ ...term, ...bounds, qualifier }) ?? '');
}

/** `25 %`, `20 to 30 %`, `at least 20 %`; undefined where no share is known. */
export function shareInWords(share: { min: string | null; max: string | null } | undefined): string | undefined {
  if (share === undefined || (share.min === null && share.max === null)) return undefined;
  const [min, max] = [plainNumber(share.min), plainNumber(share.max)];
  if (min === undefined) return `at most ${max} %`;
  if (max === undefined) return `at least ${min} %`;
  return min === max ? `${min} %` : `${min} to ${max} %`;
}

/** `25` of `25.0`; `−6.8` with a minus sign. */
function plainNumber(value: string | null): string | undefined {
  if (value === null) return undefined;
  return (value.endsWith('.0') ? value.slice(0, -2) : value).replace('-', '−');
}

/** One performance: a list has one for each party, a single term has one. */
export type OnePerformance = Exclude<PerformanceAnswer, readonly unknown[]> & { readonly party?: string };

/** The known performances of a figure: one, or one for each party who owes all of it by himself. */
export function performancesOf({ performance }: Pick<Figure, 'performance'>): OnePerformance[] {
  const all: readonly OnePerformance[] =
    performance === undefined ? [] : Array.isArray(performance) ? performance : [performance];
  return all.filter(({ delivered, performed }) => delivered !== undefined || performed !== undefined);
}

/**
 * Delivered against promised: `delivered US$5 billion, 25 % of what was promised; performed in full since 5 Aug 2025, after the
 * deadline`.
 */
export function performanceInWords(term: Term, { party, delivered, share, performed }: OnePerformance): Pieces {
  const part = shareInWords(share);
  const said: Pieces[] = [
    ...(delivered === undefined
      ? []
      : [
          [
            'delivered ',
            { name: deliveredInWords(term, delivered) },
            ...(part === undefined ? [] : [`, ${part} of what was promised${beyondBaseline(term)}`]),
          ] satisfies Pieces,
        ]),
    ...(performed === undefined
      ? []
      : [
          [
            `performed in ${performed.extent === 'full' ? 'full' : 'part'} since `,
            { date: performed.since },
            isLate(term, performed.since) ? ', after the deadline' : '',
          ] satisfies Pieces,
        ]),
  ];
  return [
    ...(party === undefined ? [] : [{ parties: [party] }, ': ']),
    ...said.flatMap((one, index) => (index === 0 ? one : ['; ', ...one])),
  ];
}

/** A share counts from the baseline of the promise; below the baseline it is negative. */
export function beyondBaseline(term: Term): string {
  const change = 'baseline' in term ? term.baseline?.change : undefined;
  return change === undefined ? '' : `, counted ${change === 'increase' ? 'up' : 'down'} from its baseline`;
}

/** Whether the deadline of a term had passed on the day it was performed. */
function isLate({ deadline }: Term, since: string): boolean {
  return deadline !== undefined && whenOf(since).latest > whenOf(deadline).latest;
}
