import type { BoundAnswer } from '../../../projections/beside.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';
import { type Names, partiesInWords, partyInWords } from '../../wording/called.ts';
import { boundStageInWords, exemptInWords } from '../../wording/standing.ts';
import { type Html, html } from '../page/html.ts';
import { inPieces, isolated } from '../page/parts.ts';
import { stageMark } from '../page/pictures/marks.ts';

/** The maximum number of parties with a row of their own. */
const maxRows = 12;

/** Who is bound now and after an announcement: a row for each party it changes, then those that stay. */
export function boundChanges(before: CommitmentRecord | undefined, after: CommitmentRecord): Html {
  const then = new Map(before?.bound.map((one) => [one.party, one]));
  const { names } = after;
  const isSame = (one: BoundAnswer): boolean => JSON.stringify(then.get(one.party)) === JSON.stringify(one);
  const changed = after.bound.filter((one) => !isSame(one));
  const same = after.bound.filter(isSame);
  const rest = changed.slice(maxRows);
  if (changed.length === 0) return html`<p class="meta">Who is bound stays as it is: ${alike(same, names)}.</p>`;
  return html`<table class="bnd"><thead><tr><th scope="col">Party</th><th scope="col">now</th><th scope="col">after it</th></tr></thead><tbody>${changed
    .slice(0, maxRows)
    .map(
      (one) =>
        html`<tr><th scope="row">${isolated(partyInWords(one.party, names))}</th><td>${how(then.get(one.party), names)}</td><td>${how(one, names)}</td></tr>`,
    )}</tbody></table>${rest.length > 0 && html`<p class="meta">And of ${String(rest.length)} more: ${alike(rest, names)}.</p>`}${same.length > 0 && html`<p class="meta">As they are: ${alike(same, names)}.</p>`}`;
}

/** How a party is bound, with the mark of that stage. */
function how(one: BoundAnswer | undefined, names: Names): Html {
  if (!one) return html`<span class="none">not a party to it</span>`;
  const mark = one.stage === 'left' ? 'ended' : one.stage;
  return html`${stageMark(mark)} ${inPieces(boundStageInWords(one))}${exemptInWords([one]).map((pieces) => html`<br><span class="meta">${inPieces(pieces, { names })}</span>`)}`;
}

/** Parties grouped by how they are bound: `bound: France and Spain; not bound: Italy`. */
function alike(bound: readonly BoundAnswer[], names: Names): Html {
  const of = (label: string, is: (one: BoundAnswer) => boolean): string[] => {
    const parties = bound.filter(is).map(({ party }) => party);
    return parties.length === 0 ? [] : [`${label}: ${partiesInWords(parties, names)}`];
  };
  return isolated(
    [
      ...of('bound', ({ stage }) => stage === 'pledged' || stage === 'formalised'),
      ...of('not bound', ({ stage }) => stage === 'none'),
      ...of('left', ({ stage }) => stage === 'left'),
    ].join('; '),
  );
}
