import { countries } from '../../domain/codes.ts';
import { links, type Reading, type Speaker } from '../../domain/announcement.ts';
import { whenInWords } from '../../domain/dates.ts';
import type { WarningKind } from '../../projections/derived/warnings.ts';
import type { Term } from '../../domain/terms.ts';
import type { Beside, BoundAnswer } from '../../projections/beside.ts';
import type { Difference } from '../../projections/differences.ts';
import type { Figure } from '../../projections/figures.ts';
import { asidesOfTerm } from './announcement.ts';
import { type Piece, piecesInWords } from './pieces.ts';
import {
  boundStageInWords,
  confidenceInWords,
  endedInWords,
  instrumentInWords,
  metInWords,
  noticeInWords,
  type OnePerformance,
  performanceInWords,
  suspensionInWords,
} from './standing.ts';
import { figureInWords, partiesInWords, partyInWords, speakersInWords } from './values.ts';
import { warningKindInWords } from './warnings.ts';

/** What changed, in words: the names of fields, and their values before and after. */

const fieldNames: Readonly<Record<string, string>> = {
  stageSince: 'stage since',
  inForce: 'in force',
  saidBy: 'said by',
  correctedBy: 'corrected by',
};

/** The name of a field that changed, such as `terms/total` or `warnings/quiet`. */
export function fieldInWords(field: string, names?: Names): string {
  const [kind = '', key] = field.split('/');
  if (key === undefined) return fieldNames[kind] ?? kind;
  if (kind === 'warnings') return `warning: ${warningKindInWords(key as WarningKind)}`;
  if (kind === 'bound') return partyInWords(field.slice('bound/'.length), names);
  const kinds: Record<string, string> = {
    terms: 'term',
    inForce: 'in force:',
    contested: 'dispute',
    performance: 'performance of',
    names: 'name of',
  };
  return `${kinds[kind] ?? kind} ${key}`;
}

/** `proposed → pledged`; for a new value, that value alone. `of`: what the promise of a performance is counted in. */
export function transition(before: unknown, after: unknown, more: Wording = {}): string {
  if (before === undefined) return valueInWords(after, more);
  return `${valueInWords(before, more)} → ${valueInWords(after, more)}`;
}

type Names = Readonly<Record<string, string>> | undefined;
/** The names of parties that are no countries, and what the promise of a performance is counted in. */
export type Wording = { readonly names?: Names; readonly of?: Difference['of'] };

/** Any value of a record in words: dates, terms, readings and speakers; a value without words of its own as JSON. */
export function valueInWords(value: unknown, more: Wording = {}): string {
  const { names } = more;
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return whenInWords(value);
  if (isTerm(value)) return termInWords(value);
  if (isReading(value)) return readingInWords(value, names);
  if (isSpeaker(value)) return speakersInWords([value], names);
  if (isPerformance(value)) return performedInWords(value, more);
  if (!Array.isArray(value)) {
    return besideInWords(value, names) ?? dated(value, names) ?? linksInWords(value) ?? JSON.stringify(value);
  }
  if (value.length > 0 && value.every(isSpeaker)) return speakersInWords(value, names);
  if (value.length > 0 && value.every(isParty)) return partiesInWords(value, names);
  return value.map((one) => valueInWords(one, more)).join('; ');
}

/** A term by its key: its figure, what it applies to and its deadline, how it relates to others, and the words as recorded. */
export function termInWords(term: Term): string {
  const { period, deadline, partOf, notPartOf, limits: limited } = term;
  const said = [
    figureInWords(term),
    period && `for ${whenInWords(period)}`,
    deadline && `by ${whenInWords(deadline)}`,
    partOf && `part of "${partOf}"`,
    notPartOf && `not part of "${notPartOf}"`,
    limited && `limits "${limited}"`,
    ...limitsInWords(term),
  ];
  return `${term.key}: ${[said.filter(Boolean).join(', '), `[${term.text}]`].filter(Boolean).join('  ')}`;
}

/** `delivered US$3 billion, 25 % of what was promised; performed in full`, for each who owes all of it by himself. */
export function performedInWords(performance: unknown, { names, of }: Wording = {}): string {
  if (performance === undefined) return 'nothing is known to be delivered';
  if (of === undefined) return 'something is known to be delivered';
  const all = (Array.isArray(performance) ? performance : [performance]) as readonly OnePerformance[];
  const words = all.map((one) => piecesInWords(performanceInWords(of as Term, one), { names }));
  return words.filter(Boolean).join('; ') || 'nothing is known to be delivered';
}

/** The other limits of a term; for a standing one also whether it is met and how sure it is. Who owes it is shown beside it. */
function limitsInWords(term: Term): string[] {
  const { period: _p, deadline: _d, partOf: _part, notPartOf: _not, limits: _l, owedBy: _o, effective: _e, ...rest } = term;
  const standing = 'announcement' in term ? (term as unknown as Figure) : undefined;
  const pieces: (readonly Piece[])[] = [
    ...asidesOfTerm(rest),
    ...(standing?.kind === 'condition' ? [metInWords(standing)] : []),
    ...(standing ? confidenceInWords(standing) : []),
  ];
  return pieces.map((one) => piecesInWords(one));
}

/**
 * What stands beside a stage, in words: how a party is bound, a suspension, a notice, an end, an instrument; undefined for
 * anything else.
 */
function besideInWords(value: unknown, names: Names): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const said = (pieces: readonly Piece[]): string => piecesInWords(pieces, { names });
  if ('on' in value && 'type' in value) return said(noticeInWords(value as Beside['notices'][number]));
  if ('binding' in value) return said(instrumentInWords(value as NonNullable<Beside['instrument']>));
  if ('reason' in value) return said(endedInWords(value as NonNullable<Beside['ended']>));
  if ('since' in value && 'saidBy' in value) return said(suspensionInWords(value as Beside['suspended'][number]));
  if (!('stage' in value)) return undefined;
  const { exemptFrom = [], ...one } = value as BoundAnswer;
  const exempt = exemptFrom.map(({ key, disputed }) => `, exempt from ${key}${disputed ? ', contested' : ''}`);
  return piecesInWords(boundStageInWords(one)) + exempt.join('');
}

export function isTerm(value: unknown): value is Term {
  return typeof value === 'object' && value !== null && 'kind' in value && 'key' in value && 'text' in value;
}

/** Whether a value is that of a field `performance/total`: one performance, or one for each who owes all of it by himself. */
function isPerformance(value: unknown): boolean {
  const [first] = Array.isArray(value) ? value : [value];
  return typeof first === 'object' && first !== null && ['delivered', 'performed', 'share'].some((field) => field in first);
}

function readingInWords({ party, text, translation }: Reading, names: Names): string {
  return `${partyInWords(party, names)}: ${text}${translation === undefined ? '' : ` (in English: ${translation})`}`;
}

function isReading(value: unknown): value is Reading {
  return typeof value === 'object' && value !== null && 'party' in value && 'text' in value;
}

/**
 * `since 27 Aug 2025`, with what that is about, and the ground and readings of a dispute; undefined for a value without a day.
 */
function dated(value: unknown, names: Names): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { day, since, ground, readings, announcement, commitment, backdated } = value as Partial<Record<string, unknown>>;
  const from = day ?? since;
  if (typeof from !== 'string' && from !== null) return undefined;
  return [
    (typeof ground === 'string' ? `${ground}, ` : '') + (day === undefined ? 'since ' : ''),
    from === null ? 'an unknown day' : whenInWords(from),
    typeof announcement === 'string' ? `, announcement ${announcement}` : '',
    typeof commitment === 'string' ? `, commitment ${commitment}` : '',
    backdated === true ? ', announced later' : '',
    Array.isArray(readings) ? `: ${valueInWords(readings, { names })}` : '',
  ].join('');
}

/** Links by kind: `partOf 01K…; dependsOn 01K…, 01K…`. */
function linksInWords(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const kinds = Object.entries(value);
  if (!kinds.every(([kind, ids]) => linkKinds.has(kind) && Array.isArray(ids))) return undefined;
  return kinds.map(([kind, ids]) => `${kind} ${(ids as string[]).join(', ') || 'nothing'}`).join('; ') || 'nothing';
}

const linkKinds: ReadonlySet<string> = new Set(Object.keys(links.shape));

function isParty(value: unknown): value is string {
  return typeof value === 'string' && (countries.has(value) || /^(state|company|org|group):[a-z0-9-]+$/.test(value));
}

function isSpeaker(value: unknown): value is Speaker {
  return typeof value === 'object' && value !== null && 'actor' in value;
}
