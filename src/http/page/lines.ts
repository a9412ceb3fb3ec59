import type { Figure } from '../../../projections/figures.ts';
import type { Line } from '../../../projections/record.ts';
import { commitmentSort, sortedBy, totalSort } from '../../../projections/sorting.ts';
import type { Total } from '../../../projections/total.ts';
import { ulid } from '../../../domain/codes.ts';
import { marksInWords, whyNotCounted } from '../../wording/totals.ts';
import { namesOf } from '../../../projections/findings.ts';
import { directionInShort, totalInWords } from '../../wording/called.ts';
import { maxWhole } from '../../read/viewAt.ts';
import { type Html, html } from './html.ts';
import type { CutLinks } from './links.ts';
import { type Head, sortHead, type Sorting } from './sortHead.ts';
import {
  asides,
  besideInShort,
  commitmentLink,
  contestedSigns,
  evidenceOf,
  figureRow,
  isolated,
  type Leading,
  named,
  since,
  stageWithMark,
  statusWithMark,
  warningSigns,
} from './parts.ts';

/** The maximum number of lines on the page of a view; a longer view has several pages. Its totals cover all of them. */
export const maxLines = maxWhole;
/** The maximum number of entries of a total that are named, and of those whose commitments are not on the page. */
const [maxEntries, maxElsewhere] = [60, 3];
/** The maximum number of payers and currencies with a total on the page. */
const maxTotals = 60;
/** In a table of more totals than this, each shows only so many entries. */
const [manyTotals, maxInMany] = [12, 3];

const maxGroups = 12;

/** What a line shows of a commitment: the figures of each announcement together, and how many are left out. */
export function saidOf({ figures }: Pick<Line, 'figures'>): { groups: readonly (readonly Figure[])[]; more: number } {
  const groups = [
    ...Map.groupBy(figures, (one) => `${one.announcement} ${one.status} ${JSON.stringify(one.sources)}`).values(),
  ];
  return { groups: groups.slice(0, maxGroups), more: Math.max(0, groups.length - maxGroups) };
}

/** The lines of a view: every commitment with its stage and everything said of it, figure by figure. */
export function linesTable(lines: readonly Line[], to: CutLinks, sorting: Sorting): Html {
  if (lines.length === 0) return html`<p class="none">Nothing recorded.</p>`;
  return html`<table class="lines"><caption>${sorting.sort === undefined && 'In order of opening. '}Words in serif are as recorded, not ours.</caption>${sortHead(heads, sorting)}
<tbody>${sortedBy(lines, commitmentSort, sorting.sort).map((line) => lineRow(line, to))}</tbody></table>`;
}

const heads: readonly Head[] = [
  { words: 'Commitment', by: 'title', className: 'c1' },
  { words: 'Stage', by: 'stage', className: 'c2' },
  { words: 'What was said: figure, words, who, source' },
];

function lineRow(line: Line, to: CutLinks): Html {
  const { commitment, title, from, to: beneficiaries, names, stage, stageSince, performance, contested, warnings } = line;
  const address = to(`/commitments/${commitment}`);
  const { groups, more } = saidOf(line);
  return html`<tr id="c-${commitment}"><th scope="row" class="c1"><a href="${address}">${named(title)}</a><br><span class="meta">${isolated(directionInShort(from, beneficiaries, names))}</span></th>
<td class="c2"><div class="stack">${stageWithMark(stage)}${since(stageSince)}${
    performance !== 'none' &&
    stage !== 'fulfilled' &&
    html`<span class="meta">performed in ${performance === 'partial' ? 'part' : 'full'}</span>`
  }${besideInShort(line)}${contestedSigns(contested, address)}${warningSigns(warnings)}</div></td>
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

/**
 * The agreed sums, what was delivered of them, what is shown beside them and what was left out, with the reason. `titles` has
 * those of commitments that are not among the lines (see `namedElsewhere`). A term that cannot be named is only counted.
 */
export function totalsTable(
  totals: readonly Total[],
  lines: readonly Line[],
  to: CutLinks,
  { names = namesOf(lines), titles, sorting }: { names?: Line['names']; titles: ReadonlyMap<string, string>; sorting: Sorting },
): Html {
  if (totals.length === 0) return html`<p class="none">No sum of money stands, so there is nothing to add.</p>`;
  const onPage = new Map(lines.map((line) => [line.commitment, line]));
  const titleOf = (id: string): string | undefined => onPage.get(id)?.title ?? titles.get(id);
  const entry = entryItem(onPage, titleOf, names, to);
  const max = totals.length > manyTotals ? maxInMany : maxEntries;
  const list = (entries: readonly Entry[]): Html => {
    if (entries.length === 0) return html`<span class="none">nothing</span>`;
    const shown = entries.filter((one) => commitmentsIn(one).every((id) => titleOf(id) !== undefined)).slice(0, max);
    const more = entries.length - shown.length;
    return html`<ul class="plain">${shown.map(entry)}${more > 0 && html`<li class="meta">${shown.length > 0 && 'and '}${String(more)} ${shown.length > 0 ? 'more' : more === 1 ? 'term' : 'terms'}, in the other forms of this page</li>`}</ul>`;
  };
  return html`<table class="stk tot"><caption>Per payer, currency and period; nothing is converted, and nothing is counted twice.</caption>${sortHead(totalHeads, sorting)}<tbody>${sortedBy(
    totals,
    totalSort,
    sorting.sort,
  )
    .slice(0, maxTotals)
    .map(
      (
        total,
      ) => html`<tr><th scope="row">${isolated(payerInShort(total.payer, names))}</th><td>${total.counted.length === 0 ? html`<span class="none">nothing counted in ${total.currency}</span>` : html`<b>${totalInWords(total)}</b>`}${
        total.delivered &&
        html`<br><span class="meta">delivered ${totalInWords({ ...total.delivered, currency: total.currency, per: total.per })}</span>`
      }</td><td>${list(total.counted)}</td><td>${list([...total.beside, ...total.leftOut])}</td></tr>
`,
    )}</tbody></table>${totals.length > maxTotals && html`<p class="meta">${String(totals.length - maxTotals)} more totals are in the other forms of this page.</p>`}`;
}

const totalHeads: readonly Head[] = [
  { words: 'Payer', by: 'payer' },
  { words: 'Total', by: 'total' },
  { words: 'Counted', by: 'counted' },
  { words: 'Not counted, and why' },
];

type Entry = Total['counted'][number];

/** The commitments not among the lines that the totals beside them name. */
export function namedElsewhere(totals: readonly Total[], lines: readonly Line[]): string[] {
  const onPage = new Set(lines.map(({ commitment }) => commitment));
  const named = (entries: readonly Entry[]): string[] =>
    entries.filter(({ commitment }, place) => place < maxElsewhere || onPage.has(commitment)).flatMap(commitmentsIn);
  return totals
    .slice(0, maxTotals)
    .flatMap(({ counted, beside, leftOut }) => [...named(counted), ...named([...beside, ...leftOut])])
    .filter((id) => !onPage.has(id));
}

/** The commitment that owes a term of a total, and another because of which it is not counted. */
function commitmentsIn({ commitment, about }: Entry): string[] {
  return about !== undefined && ulid.safeParse(about).success ? [commitment, about] : [commitment];
}

/** A term of a total: a link to its commitment and to itself, its marks, and why it is not counted. */
function entryItem(
  lines: ReadonlyMap<string, Line>,
  titleOf: (id: string) => string | undefined,
  names: Line['names'],
  to: CutLinks,
): (entry: Entry) => Html {
  const whole = (id: string): Html => commitmentLink(id, titleOf(id), to);
  const term = (commitment: string, key: string): Html => {
    const figures = lines.get(commitment)?.figures.filter((one) => one.key === key) ?? [];
    const figure = figures.find(({ stands }) => stands) ?? figures[0];
    return figure ? html`<a href="${to(`/figures/${figure.announcement}/${key}`)}"><i>${key}</i></a>` : html`<i>${key}</i>`;
  };
  return (entry) => {
    const { commitment, key, disputed, reason, about } = entry;
    const leading: Leading = { names, commitment: whole, key: (other) => term(commitment, other) };
    const said = [...marksInWords(entry), ...(reason ? [whyNotCounted({ reason, about })] : [])];
    return html`<li>${whole(commitment)}, ${term(commitment, key)}${disputed && html` <span class="neq"><b aria-hidden="true">≠</b> contested</span>`} ${asides(said, leading)}</li>`;
  };
}

/** Joint payers are joined by `+`; where many owe it, only their number is shown. */
function payerInShort(payer: string, names: Line['names']): string {
  return directionInShort(payer.split('+'), [], names);
}
