import type { Figure } from '../../../projections/figures.ts';
import type { Line } from '../../../projections/record.ts';
import type { Total } from '../../../projections/totals.ts';
import { whyNotCounted } from '../../wording/totals.ts';
import { namesOf } from '../../../projections/findings.ts';
import { directionInShort, partiesInWords, totalInWords } from '../../wording/called.ts';
import { type Html, html } from './html.ts';
import type { CutLinks } from './links.ts';
import {
  besideInShort,
  contestedSigns,
  evidenceOf,
  figureRow,
  inPieces,
  isolated,
  named,
  since,
  stageWithMark,
  statusWithMark,
  warningSign,
} from './parts.ts';

/** How many lines the page of a view shows. Its totals count all of them, and its other forms have them. */
export const maxLines = 200;
/** The most entries of a total that are named. */
const maxEntries = 60;
/** The most payers and currencies that have a total on the page. */
const maxTotals = 60;

const maxGroups = 12;

/** What was said of a commitment as its line shows it: the figures of one announcement together, and how many are left out. */
export function saidOf({ figures }: Pick<Line, 'figures'>): { groups: readonly (readonly Figure[])[]; more: number } {
  const groups = [
    ...Map.groupBy(figures, (one) => `${one.announcement} ${one.status} ${JSON.stringify(one.sources)}`).values(),
  ];
  return { groups: groups.slice(0, maxGroups), more: Math.max(0, groups.length - maxGroups) };
}

/** The lines of a view: every commitment with its stage and everything said of it, figure by figure. */
export function linesTable(lines: readonly Line[], to: CutLinks): Html {
  if (lines.length === 0) return html`<p class="none">Nothing recorded.</p>`;
  const rest = lines.length - maxLines;
  const topic = lines[0]?.topic.split('/')[0];
  return html`<table class="lines"><caption>In order of opening. Words in serif are as recorded, not ours.</caption><thead><tr><th scope="col" class="c1">Commitment</th><th scope="col" class="c2">Stage</th><th scope="col">What was said: figure, words, who, source</th></tr></thead>
<tbody>${lines.slice(0, maxLines).map((line) => lineRow(line, to))}</tbody></table>${rest > 0 && html`<p>And ${rest} more, in <a href="${to('/commitments', { topic })}">the list of commitments</a> a page at a time, and in the other forms of this page.</p>`}`;
}

function lineRow(line: Line, to: CutLinks): Html {
  const {
    commitment,
    title,
    from,
    to: beneficiaries,
    names,
    stage,
    stageSince,
    performance,
    contested,
    warnings,
    figures,
  } = line;
  const address = to(`/commitments/${commitment}`);
  const { groups, more } = saidOf(line);
  return html`<tr id="c-${commitment}"><th scope="row" class="c1"><a href="${address}">${named(title)}</a><br><span class="meta">${isolated(directionInShort(from, beneficiaries, names))}</span></th>
<td class="c2"><div class="stack">${stageWithMark(stage)}${since(stageSince, figures)}${
    performance !== 'none' &&
    stage !== 'fulfilled' &&
    html`<span class="meta">performed in ${performance === 'partial' ? 'part' : 'full'}</span>`
  }${besideInShort(line)}${contestedSigns(contested, address)}${warnings.map(warningSign)}</div></td>
<td>${groups.length === 0 ? html`<span class="none">no terms recorded</span>` : html`<ul class="figs">${groups.map((group) => figureGroup(group, { to, names, address, obligors: from }))}${more > 0 && html`<li class="meta"><a href="${address}">${String(more)} more announcements</a> of it</li>`}</ul>`}</td></tr>
`;
}

type Shown = {
  readonly to: CutLinks;
  readonly names: Line['names'];
  readonly address: string;
  readonly obligors: Line['from'];
};

/** The figures of one announcement, under one status and from the same sources. */
function figureGroup(group: readonly Figure[], { to, names, address, obligors }: Shown): Html {
  const [first] = group;
  if (!first) return html``;
  return html`<li>${statusWithMark(first)}${group.map((one) => figureRow(one, { to, names, obligors }))}${evidenceOf({ ...first, correctedBy: group.find((one) => one.correctedBy)?.correctedBy }, { names, address })}</li>`;
}

/** What the agreed sums come to, with what is shown beside them and what was left out, and why. */
export function totalsTable(totals: readonly Total[], lines: readonly Line[], to: CutLinks): Html {
  if (totals.length === 0) return html`<p class="none">No sum of money stands, so there is nothing to add.</p>`;
  const titles = new Map(lines.map(({ commitment, title }) => [commitment, title]));
  const whole = (id: string): Html => {
    const title = titles.get(id);
    return html`<a href="${to(`/commitments/${id}`)}">${title === undefined ? html`<code>${id}</code>` : named(title)}</a>`;
  };
  const item = ({ commitment, key, disputed, reason, about }: Total['counted'][number]): Html =>
    html`<li><a href="${to(`/commitments/${commitment}`)}">${named(titles.get(commitment) ?? commitment)}</a>, <i>${key}</i>${disputed && html` <span class="neq"><b aria-hidden="true">≠</b> contested</span>`}${
      reason && html` <span class="meta">${inPieces(whyNotCounted({ reason, about }), { commitment: whole })}</span>`
    }</li>`;
  const list = (entries: Total['counted']): Html =>
    entries.length === 0
      ? html`<span class="none">nothing</span>`
      : html`<ul class="plain">${entries.slice(0, maxEntries).map(item)}${entries.length > maxEntries && html`<li class="meta">and ${String(entries.length - maxEntries)} more, in the JSON of this page</li>`}</ul>`;
  return html`<table class="stk tot"><caption>Per payer, currency and period; nothing is converted, and nothing is counted twice.</caption><thead><tr><th scope="col">Payer</th><th scope="col">Total</th><th scope="col">Counted</th><th scope="col">Not counted, and why</th></tr></thead><tbody>${totals
    .slice(0, maxTotals)
    .map(
      (
        total,
      ) => html`<tr><th scope="row">${isolated(payerInWords(total.payer, lines))}</th><td><b>${totalInWords(total)}</b></td><td>${list(total.counted)}</td><td>${list([...total.beside, ...total.leftOut])}</td></tr>
`,
    )}</tbody></table>${totals.length > maxTotals && html`<p class="meta">${String(totals.length - maxTotals)} more totals are in the JSON of this page.</p>`}`;
}

/** Joint payers stand joined by `+`. */
function payerInWords(payer: string, lines: readonly Line[]): string {
  return partiesInWords(payer.split('+'), namesOf(lines));
}
