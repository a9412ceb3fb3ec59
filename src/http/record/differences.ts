import { capitalised } from '../../wording/values.ts';
import { type Stage, stages } from '../../../domain/types.ts';
import type { WarningKind } from '../../../projections/derived/warnings.ts';
import type { Term } from '../../../domain/terms.ts';
import type { StandingTerm } from '../../../projections/record.ts';
import type { Difference } from '../../../projections/differences.ts';
import { fieldInWords, isTerm, termInWords, valueInWords, type Wording } from '../../wording/changes.ts';
import type { Piece } from '../../wording/pieces.ts';
import { inForceInWords, metInWords } from '../../wording/standing.ts';
import { warningInWords } from '../../wording/warnings.ts';
import { figureInWords, type Names } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { inPieces, isolated, stageWithMark, words } from '../page/parts.ts';

/** What would change, field by field; `then` and `now` name the time of each value. */
export function differenceList(all: readonly Difference[], then = 'now', now = 'after it', names?: Names): Html {
  // Where a term says the same, only what stands beside it changes, or who said it, when, or its place.
  const [same, other] = [all.filter(saysTheSame), all.filter((one) => !saysTheSame(one))];
  const beside = (one: Difference): string => JSON.stringify(besideTerm(one));
  const moved = [...Map.groupBy(same, beside).values()].filter((alike) => alike[0] && besideTerm(alike[0]).length > 0);
  const unmoved = same.filter((one) => besideTerm(one).length === 0);
  const called = (some: readonly Difference[]): Html =>
    isolated(some.map(({ field }) => fieldInWords(field, names)).join(', '));
  return html`<dl class="diff">${other.map((one) => {
    const { field, before, after, of } = one;
    return html`<div><dt>${called([one])}</dt><dd><span class="meta">${then}</span> ${changedValue(field, before, { names, of })}</dd><dd><span class="meta">${now}</span> ${changedValue(field, after, { names, of })}${besideTerm(one).map((pieces) => html`<br>${inPieces(pieces, { names })}`)}</dd></div>`;
  })}${moved.map(
    (alike) =>
      html`<div><dt>${called(alike)}</dt>${besideTerm(alike[0]!).map((pieces) => html`<dd>${inPieces(pieces, { names })}</dd>`)}</div>`,
  )}</dl>${unmoved.length > 0 && html`<p class="meta">Only the date, the speaker or the sources differ: ${called(unmoved)}.</p>`}`;
}

function saysTheSame({ before, after }: Difference): boolean {
  return isTerm(before) && isTerm(after) && termInWords(before) === termInWords(after);
}

/**
 * What changes beside a term that stands before and after: who owes it, how firm it is, whether it is in force, suspended or
 * met.
 */
function besideTerm({ before, after }: Difference): (readonly Piece[])[] {
  if (!isStanding(before) || !isStanding(after)) return [];
  const not = (one: StandingTerm, other: StandingTerm): string[] =>
    (one.owedBy ?? []).filter((party) => !other.owedBy?.includes(party));
  const [gone, come] = [not(before, after), not(after, before)];
  const changed = (say: (term: StandingTerm) => readonly Piece[]): (readonly Piece[])[] => {
    const [one, other] = [say(before), say(after)];
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [['now ', ...one, '; after it ', ...other]];
  };
  return [
    ...(gone.length > 0 ? [['no longer owed by ', { parties: gone }]] : []),
    ...(come.length > 0 ? [['from then on owed by ', { parties: come }]] : []),
    ...changed(({ status }) => [status]),
    ...changed(({ suspended }) => [suspended ? 'suspended' : 'not suspended']),
    ...changed(inForceOf),
    ...changed((term) => (term.kind === 'condition' ? metInWords(term) : [''])),
  ];
}

function inForceOf({ inForce, alsoInForce = [] }: StandingTerm): readonly Piece[] {
  if (!inForce) return [notInForce];
  return [inForce, ...alsoInForce].flatMap((run, index) => [
    ...(index === 0 ? [] : ['; ']),
    ...inForceInWords(run),
    ' as ',
    figureOf(run),
  ]);
}

const notInForce = 'not known to be in force';

function figureOf(term: Term): Piece {
  const figure = figureInWords(term);
  return figure === undefined ? { prose: term.text } : { name: figure };
}

function isStanding(value: unknown): value is StandingTerm {
  return isTerm(value) && 'stands' in value && 'inForce' in value;
}

export function changedValue(field: string, value: unknown, more: Wording = {}): Html {
  if (value === undefined) return html`<span class="none">nothing</span>`;
  const [kind, of] = field.split('/');
  if (kind === 'stage' && stages.some((stage) => stage === value)) return stageWithMark(value as Stage);
  if (kind === 'warnings' && isRecord(value)) {
    return isolated(capitalised(warningInWords({ warning: of as WarningKind, since: value['since'] as string })));
  }
  if (!isTerm(value)) return isolated(asText(value, more));
  const figure = figureInWords(value);
  return html`${figure !== undefined && html`${isolated(figure)} `}${words(value.text)}`;
}

/** A value in words: sources by their publisher, and an object without words of its own part by part. */
function asText(value: unknown, more: Wording): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map((one) => asText(one, more)).join('; ');
  if (isRecord(value) && 'publisher' in value) return valueInWords(value['publisher']);
  const text = valueInWords(value, more);
  if (!isRecord(value) || text !== JSON.stringify(value)) return text;
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${asText(part, more)}`)
    .join(', ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
