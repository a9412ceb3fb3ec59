import type { Qualifier } from '../domain/terms.ts';
import { parseDay, whenOf } from '../domain/dates.ts';
import type { Stage } from '../domain/types.ts';
import type { CutAnswer } from './cut.ts';
import type { Figure } from './figures.ts';
import type { Line } from './record.ts';
import type { Total } from './total.ts';
import type { SectionName } from './views/sectionsOfViews.ts';
import type { AnyAnswer, AnswerWith } from './views/view.ts';

/** What an answer's page says first, as data; src/wording/findings.ts puts it into words. */

type Names = Line['names'];

export type Finding =
  | { readonly says: 'nothing-recorded'; readonly title: string }
  /** How far the commitments have come. */
  | { readonly says: 'stages'; readonly counts: readonly StageCount[] }
  /** How many have something beside their stage. */
  | { readonly says: 'beside'; readonly contested: number; readonly missing: number; readonly overdue: number }
  /** The record ends long before the day asked. */
  | { readonly says: 'record-ends'; readonly on: string; readonly asked: string }
  | { readonly says: 'no-payment'; readonly title: string }
  | ({ readonly says: 'payer' } & Payer)
  /** How many payers have something recorded, and in which columns. */
  | { readonly says: 'payers'; readonly payers: number; readonly having: Readonly<Record<Column, number>> }
  /** The rates in force; `endsOn`: the last day of the record, where that is long before the day asked. */
  | { readonly says: 'rates'; readonly rates: readonly Rate[]; readonly endsOn: string | undefined }
  | { readonly says: 'no-rate'; readonly agreed: number; readonly proposed: number }
  /** What one payer promised, sum by sum, and how many more payers did. */
  | { readonly says: 'promised'; readonly sums: readonly Total[]; readonly names: Names; readonly others: number }
  | { readonly says: 'positions'; readonly parties: number }
  | { readonly says: 'no-dispute' }
  | { readonly says: 'disputes'; readonly count: number }
  | { readonly says: 'dispute'; readonly title: string; readonly between: readonly string[]; readonly names: Names }
  | { readonly says: 'performed'; readonly full: number; readonly partial: number };

export type StageCount = { readonly stage: Stage; readonly count: number };
export type Column = (typeof columns)[number];
export type Rate = {
  readonly to: string;
  readonly qualifier?: Qualifier | undefined;
  /** It comes on top of the most-favoured-nation rate. */
  readonly mfn?: 'added' | undefined;
  readonly on: string;
};

/** What one payer is asked for, has agreed to and has paid. A commitment that has ended is only mentioned. */
export type Payer = {
  readonly parties: readonly string[];
  readonly names: Names;
  readonly sums: Readonly<Record<Column, readonly Sum[]>>;
  /** Whether a commitment that has ended since asked for a sum, and whether one pledged or formalised a sum. */
  readonly over: { readonly asked: boolean; readonly agreed: boolean };
  /** Whether anything was performed, with a sum or without. */
  readonly performed: boolean;
};

/** A sum, with its commitment. */
export type Sum = { readonly commitment: string; readonly title: string; readonly figure: Figure };

/** The heading of an answer is its first findings, in one sentence; the lede is the others, one sentence each. */
export type Findings = { readonly heading: readonly Finding[]; readonly lede: readonly Finding[] };

/** What every view says: how far its commitments have come. */
function shared({ lines, cut }: Pick<AnyAnswer, 'lines' | 'cut'>): Findings {
  return findingsOfCounts(countsOf(lines), cut);
}

/** The findings of a view that is too long to read line by line. */
export function findingsOfCounts(counts: Counts, cut: CutAnswer): Findings {
  return { heading: [stagesOf(counts)], lede: [besideOf(counts), ...recordEnds(cut)] };
}

/** A view's own heading; how far its commitments have come follows below it. */
function above(heading: readonly Finding[], answer: Pick<AnyAnswer, 'lines' | 'cut'>): Findings {
  const { heading: stands, lede } = shared(answer);
  return { heading, lede: [...stands, ...lede] };
}

const firmest: readonly Stage[] = ['fulfilled', 'formalised', 'pledged', 'proposed', 'noted', 'none', 'ended'];

/** How many commitments are at each stage, and how many have something beside it. */
export type Counts = {
  readonly stages: ReadonlyMap<Stage, number>;
  readonly contested: number;
  /** Commitments with something expected and not delivered. */
  readonly missing: number;
  readonly overdue: number;
};

export function countsOf(lines: readonly Pick<Line, 'stage' | 'contested' | 'warnings'>[]): Counts {
  const counts = new Map<Stage, number>();
  for (const { stage } of lines) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  const warned = (kind: Line['warnings'][number]['warning']): number =>
    lines.filter(({ warnings }) => warnings.some(({ warning }) => warning === kind)).length;
  return {
    stages: counts,
    contested: lines.filter(({ contested }) => contested.length > 0).length,
    missing: warned('expected-not-delivered'),
    overdue: warned('overdue'),
  };
}

/** How many commitments are at each stage, for the stages that occur, the firmest first. */
export function stagesOf({ stages: counts }: Pick<Counts, 'stages'>): Finding {
  const reached = firmest.map((stage) => ({ stage, count: counts.get(stage) ?? 0 }));
  return { says: 'stages', counts: reached.filter(({ count }) => count > 0) };
}

export function besideOf({ contested, missing, overdue }: Counts): Finding {
  return { says: 'beside', contested, missing, overdue };
}

/** A record that ends this many days before the day asked is too old to say "is" without a remark. */
const oldDays = 31;

export function recordEnds({ asOf, knownAt }: CutAnswer): Finding[] {
  const last = knownAt?.slice(0, 10);
  if (last === undefined || (parseDay(asOf) ?? 0) - (parseDay(last) ?? 0) <= oldDays) return [];
  return [{ says: 'record-ends', on: last, asked: asOf }];
}

const columns = ['asked', 'pledged', 'formalised', 'delivered'] as const;

/** The findings of an answer: those of the first section of its view that has any. */
export function findingsOf(answer: AnyAnswer, sections: readonly SectionName[]): Findings {
  if (answer.lines.length === 0) return { heading: [{ says: 'nothing-recorded', title: answer.title }], lede: [] };
  const [first] = sections;
  if (first === 'payments') return costs(answer as AnswerWith<'payments'>);
  if (first === 'tariffs') return terms(answer as AnswerWith<'tariffs'>);
  if (first === 'positions') return policy(answer as AnswerWith<'positions'>);
  return first === 'obligations' ? performed(answer) : shared(answer);
}

/** Payments: what is asked, agreed and paid. */
function costs(answer: AnswerWith<'payments'>): Findings {
  return above([paymentsOf(answer)], answer);
}

function paymentsOf({ title, payments, lines }: AnswerWith<'payments'>): Finding {
  const payers = [...new Set(payments.map(({ payer }) => payer))];
  const [payer] = payers;
  if (payer === undefined) return { says: 'no-payment', title };
  const byId = new Map(lines.map((line) => [line.commitment, line]));
  const summed = (column: Column, of: string): Sum[] =>
    payments
      .filter((payment) => payment.payer === of)
      .flatMap((payment) => payment[column])
      .flatMap(({ commitment, figure }) => {
        const line = byId.get(commitment);
        return line && isWhole(figure, line) ? [{ commitment, title: line.title, figure }] : [];
      });
  // After the end nothing is owed or asked, but what was delivered stays delivered.
  const stands = ({ commitment }: Sum): boolean => byId.get(commitment)?.stage !== 'ended';
  const sumsOf = (of: string): Payer['sums'] => ({
    asked: newest(summed('asked', of).filter(stands)),
    pledged: newest(summed('pledged', of).filter(stands)),
    formalised: newest(summed('formalised', of).filter(stands)),
    delivered: newest(summed('delivered', of)),
  });
  if (payers.length > 1) {
    const all = payers.map(sumsOf);
    const having = (column: Column): number => all.filter((sums) => sums[column].length > 0).length;
    return {
      says: 'payers',
      payers: payers.length,
      having: {
        asked: having('asked'),
        pledged: having('pledged'),
        formalised: having('formalised'),
        delivered: having('delivered'),
      },
    };
  }
  const isOver = (column: Column): boolean => summed(column, payer).some((one) => !stands(one));
  const parties = payer.split('+');
  return {
    says: 'payer',
    parties,
    names: namesOf(lines),
    sums: sumsOf(payer),
    over: { asked: isOver('asked'), agreed: isOver('pledged') || isOver('formalised') },
    performed: lines.some(({ from, performance }) => performance !== 'none' && parties.every((one) => from.includes(one))),
  };
}

/** Whether a figure is no part, limit or other side of another with the same status. */
function isWhole(figure: Figure, { figures }: Line): boolean {
  const above = [figure.partOf, figure.limits];
  return !figures.some(({ key, status }) => status === figure.status && above.includes(key));
}

/** The newest sums, by the first day each can have happened: a date that only says "on or before" makes none the newest. */
function newest(sums: readonly Sum[]): Sum[] {
  const earliest = ({ figure }: Sum): number => Math.max(whenOf(figure.happened).earliest, -1e9);
  return sums.toSorted((a, b) => earliest(b) - earliest(a));
}

/** Tariffs: the rates in force, and what was promised. */
function terms(answer: AnswerWith<'tariffs'>): Findings {
  const { tariffs, totals, lines, cut } = answer;
  const { heading, lede } = above([rates(tariffs, lines, cut), ...promised(totals, lines)], answer);
  // Where the heading says when the record ends, the lede does not repeat it.
  const isSaid = heading.some((one) => one.says === 'rates' && one.endsOn !== undefined);
  return { heading, lede: isSaid ? lede.filter(({ says }) => says !== 'record-ends') : lede };
}

function rates(tariffs: AnswerWith<'tariffs'>['tariffs'], lines: readonly Line[], cut: CutAnswer): Finding {
  const inForce = tariffs.flatMap(({ inForce: to, qualifier, mfn, on }): Rate[] => {
    return to === null ? [] : [{ to, qualifier, mfn: mfn === 'added' ? mfn : undefined, on }];
  });
  const [ends] = recordEnds(cut);
  if (inForce.length > 0) return { says: 'rates', rates: inForce, endsOn: ends?.says === 'record-ends' ? ends.on : undefined };
  const proposed = lines.flatMap(({ figures }) =>
    figures.filter(({ kind, status }) => kind === 'tariff' && status === 'proposed'),
  );
  return { says: 'no-rate', agreed: tariffs.length, proposed: proposed.length };
}

/** The sums of the first payer that has any. Sums in which nothing is counted are no promise. */
function promised(totals: readonly Total[], lines: readonly Line[]): Finding[] {
  const counted = totals.filter((total) => total.counted.length > 0);
  const [first] = counted;
  if (!first) return [];
  return [
    {
      says: 'promised',
      sums: counted.filter(({ payer }) => payer === first.payer),
      names: namesOf(lines),
      others: new Set(counted.map(({ payer }) => payer)).size - 1,
    },
  ];
}

/** Positions: who has a position, and what is contested. */
function policy(answer: AnswerWith<'positions'>): Findings {
  return above(positionsOf(answer), answer);
}

function positionsOf({ contested, positions, lines }: AnswerWith<'positions'>): Finding[] {
  const parties: Finding = { says: 'positions', parties: positions.length };
  const [first] = contested;
  if (!first) return [parties, { says: 'no-dispute' }];
  if (contested.length > 1) return [parties, { says: 'disputes', count: contested.length }];
  const line = lines.find(({ commitment }) => commitment === first.commitment);
  const names = { ...namesOf(lines), ...line?.names };
  return [parties, { says: 'dispute', title: line?.title ?? '', between: first.between, names }];
}

/** Obligations: how far the commitments have come, and how much of them is performed. */
function performed(answer: AnyAnswer): Findings {
  const { heading, lede } = shared(answer);
  const having = (extent: Line['performance']): number =>
    answer.lines.filter(({ performance }) => performance === extent).length;
  return { heading: [...heading, { says: 'performed', full: having('full'), partial: having('partial') }], lede };
}

/** What the commitments of a view call the parties that are no countries; the newest name counts. */
export function namesOf(lines: readonly Pick<Line, 'names'>[]): Record<string, string> {
  return Object.assign({}, ...lines.map((line) => line.names ?? {})) as Record<string, string>;
}
