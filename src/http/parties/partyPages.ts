import type { Parties, PartyAnswer, Said } from '../../../projections/asked.ts';
import { recordEnds } from '../../../projections/findings.ts';
import type { Summary } from '../../../projections/record.ts';
import { commitmentSort, dueSort, partySort, saidSort, sortedBy } from '../../../projections/sorting.ts';
import { typeLabel } from '../../wording/announcement.ts';
import { directionInShort } from '../../wording/called.ts';
import { capitalised, numberInWords, statusInWords } from '../../wording/values.ts';
import { dueTable } from '../due/duePage.ts';
import type { Framed } from '../page/frame.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import {
  besideInShort,
  contestedSigns,
  endOfRecord,
  figureLink,
  isolated,
  named,
  since,
  stageWithMark,
  warningSigns,
  when,
} from '../page/parts.ts';
import { atomForm, jsonForm, page, separated } from '../page/shell.ts';
import { type Head, type SortAsked, sortHead, type Sorting, sortingOf } from '../page/sortHead.ts';

/** The maximum number of rows of a table; the rest is in the list of commitments. */
const maxRows = 50;

const partyHeads: readonly Head[] = [
  { words: 'Party', by: 'name' },
  { words: 'Bound by', by: 'owes' },
  { words: 'Obligor of', by: 'obligor' },
  { words: 'Beneficiary of', by: 'beneficiary' },
];
const commitmentHeads: readonly Head[] = [
  { words: 'Commitment', by: 'title' },
  { words: 'Leading figure' },
  { words: 'Stage', by: 'stage' },
  { words: 'Beside it' },
];
const saidHeads: readonly Head[] = [
  { words: 'Happened', by: 'happened' },
  { words: 'Commitment', by: 'title' },
  { words: 'Announcement', by: 'type' },
];

/** The page that lists all parties. */
export function partiesPage({ parties }: Parties, asked: SortAsked, { frame, to }: Framed): Html {
  const body = html`<table class="stk compact">${sortHead(partyHeads, sortingOf('/parties', asked, to))}<tbody>${sortedBy(
    parties,
    partySort,
    asked.sort,
  ).map(
    ({
      party,
      name,
      owes,
      obligor,
      beneficiary,
    }) => html`<tr><th scope="row"><a href="${to(`/parties/${party}`)}">${isolated(name)}</a></th><td data-label="Bound by">${String(owes)}</td><td data-label="Obligor of">${counted(obligor, to('/commitments', { from: party }))}</td><td data-label="Beneficiary of">${counted(beneficiary, to('/commitments', { to: party }))}</td></tr>
`,
  )}</tbody></table>`;
  const lede = parties.length === 0 ? 'Nobody is recorded by these dates.' : '';
  const downloads = { tables: ['parties'] };
  return page({
    title: 'Parties',
    lede,
    path: '/parties',
    frame,
    body: parties.length === 0 ? html`` : html`${endOfRecord(frame.cut)}${body}`,
    downloads,
  });
}

/** A count that leads to what was counted, where there is any. */
function counted(count: number, address: string): Html {
  return count === 0 ? html`0` : html`<a href="${address}">${String(count)}</a>`;
}

/** The page of one party: what it owes, what is owed to it, when, and what it said. */
export function partyPage(answer: PartyAnswer, asks: SortAsked, { frame, to }: Framed): Html {
  const { party, name, owes, isAskedFor, isOwed, left, through, due, disputes, asked, said } = answer;
  const path = `/parties/${party}`;
  const sorting = sortingOf(path, asks, to);
  const past = recordEnds(frame.cut).length > 0;
  // Many names need an article in a sentence: the European Union, the United States.
  const who = party.startsWith('person:') ? isolated(name) : 'it';
  const contents = contentsOf([
    ['owes', past ? 'owed' : 'owes', owes.length],
    ...through.map((one): Part => [throughId(one.group), `through ${one.name}`, one.owes.length]),
    ['due', 'due', due.length],
    ['owed', `${past ? 'was' : 'is'} owed`, isOwed.length],
    ['asked-for', 'asked for', isAskedFor.length],
    ['disputes', past ? 'disputed' : 'disputes', disputes.length],
    ['asked', 'asked or proposed', asked.length],
    ['said', past ? 'spoke' : 'speaks', said.length],
    ['left', 'left, or ended', left.length],
  ]);
  const body = html`${endOfRecord(frame.cut)}${contents}
${commitments('owes', html`What ${who} ${past ? 'owed' : 'owes'}`, owes, { to, sorting, all: to('/commitments', { from: party }) })}
${through.map((one) => commitments(throughId(one.group), html`What ${who} ${past ? 'owed' : 'owes'} through ${isolated(one.name)}`, one.owes, { to, sorting, all: to('/commitments', { from: one.group }) }))}
${due.length > 0 && html`<h2 id="due">When it is due</h2>${dueTable(sortedBy(due, dueSort, asks.sort).slice(0, maxRows), { [party]: name }, to, sorting, party)}`}
${commitments('owed', html`What ${who} ${past ? 'was' : 'is'} owed`, isOwed, { to, sorting, all: to('/commitments', { to: party }) })}
${commitments('asked-for', html`What ${who} ${past ? 'was' : 'is'} asked for, and not bound by`, isAskedFor, { to, sorting, all: to('/commitments', { from: party }) })}
${announcements('disputes', html`What ${who} ${past ? 'disputed' : 'disputes'}`, disputes, { to, sorting })}
${announcements('asked', html`What ${who} asked or proposed`, asked, { to, sorting })}
${announcements('said', html`Where ${who} ${past ? 'spoke' : 'speaks'}`, said, { to, sorting })}
${commitments('left', html`What ${who} left, or what has ended`, left, { to, sorting, all: to('/commitments', { from: party, stage: 'ended' }) })}`;
  const lede = standingInWords({ owes: owes.length, isOwed: isOwed.length, disputes: disputes.length }, past);
  return page({
    title: name,
    heading: isolated(name),
    lede,
    path,
    frame,
    body,
    downloads: { tables: ['commitments', 'due', 'announcements'] },
    alternates: [jsonForm(path, frame.asked), atomForm(path, frame.asked, `Atom feed of ${name}`)],
    eyebrow: html`<a href="${to('/parties')}">Parties</a>`,
  });
}

/** A section of a page: the id of its heading, a short name, and how many rows it has. */
type Part = readonly [id: string, words: string, count: number];

/** Links to the sections of a long page. */
function contentsOf(parts: readonly Part[]): Html {
  const shown = parts.filter(([, , count]) => count > 0);
  if (shown.length < 2) return html``;
  return html`<p class="meta onpage">On this page: ${separated(shown.map(([id, words, count]) => html`<a href="#${id}">${isolated(words)}</a> ${String(count)}`))}</p>`;
}

/** The id of the heading over what is owed through a group. */
export function throughId(group: string): string {
  return `through-${group.replace(':', '-')}`;
}

/** How many commitments bind a party, are owed to it and contested by it. */
function standingInWords({ owes, isOwed, disputes }: Record<'owes' | 'isOwed' | 'disputes', number>, past: boolean): string {
  const bound = `bound by ${owes === 0 ? 'no' : numberInWords(owes)} ${owes === 1 ? 'commitment' : 'commitments'}`;
  const owed = `${isOwed === 0 ? 'none' : numberInWords(isOwed)} ${isOwed > 1 ? (past ? 'were' : 'are') : past ? 'was' : 'is'} owed to it`;
  const stands = owes + isOwed === 0 ? ['bound by nothing, and owed nothing'] : [bound, owed];
  const contests = `a side in ${numberInWords(disputes)} open ${disputes === 1 ? 'dispute' : 'disputes'}`;
  return `${capitalised([...stands, ...(disputes > 0 ? [contests] : [])].join('; '))}.`;
}

/** Commitments under a heading, `count` in all; nothing where there are none. */
export function commitments(
  id: string,
  heading: Html | string,
  all: readonly Summary[],
  { to, sorting, all: address, count = all.length }: { to: CutLinks; sorting: Sorting; all?: string; count?: number },
): Html {
  if (all.length === 0) return html``;
  return html`<h2 id="${id}">${heading}</h2><table class="stk compact">${sortHead(commitmentHeads, sorting)}<tbody>${sortedBy(
    all,
    commitmentSort,
    sorting.sort,
  )
    .slice(0, maxRows)
    .map((one) => {
      const own = to(`/commitments/${one.id}`);
      return html`<tr><th scope="row"><a href="${own}">${named(one.title)}</a><br><span class="meta">${isolated(directionInShort(one.from, one.to, one.names))}</span></th><td>${one.figure ? html`${figureLink(one.figure, to)} <span class="meta">${statusInWords(one.figure)}</span>` : html`<span class="none">none</span>`}</td><td><div class="stack">${stageWithMark(one.stage)}${since(one.stageSince)}</div></td><td><div class="stack">${besideInShort(one)}${contestedSigns(one.contested, own)}${warningSigns(one.warnings)}</div></td></tr>
`;
    })}</tbody></table>${count > Math.min(all.length, maxRows) && address !== undefined && html`<p><a href="${address}">All ${String(count)}</a></p>`}`;
}

type Modes = Parameters<typeof statusInWords>[0];

/** `Expected`, `A dispute opens`: what an announcement is, as its commitment's page calls it. */
function saidInWords({ type, mode }: Pick<Said, 'type' | 'mode'>): string {
  const word = mode === undefined ? undefined : capitalised(statusInWords({ status: 'proposed', mode: mode as Modes['mode'] }));
  return word ?? typeLabel(type as Parameters<typeof typeLabel>[0]);
}

/** Announcements under a heading, newest first; nothing where there are none. */
export function announcements(
  id: string,
  heading: Html | string,
  all: readonly Said[],
  { to, sorting }: { to: CutLinks; sorting: Sorting },
): Html {
  if (all.length === 0) return html``;
  return html`<h2 id="${id}">${heading}</h2><table class="stk compact">${sortHead(saidHeads, sorting)}<tbody>${sortedBy(
    all,
    saidSort,
    sorting.sort,
  )
    .slice(0, maxRows)
    .map(
      ({
        commitment,
        title,
        announcement,
        type,
        happened,
        mode,
        ground,
        summary,
      }) => html`<tr><td class="meta">${when(happened)}</td><th scope="row"><a href="${to(`/commitments/${commitment}`, {}, `e-${announcement}`)}">${named(title)}</a></th><td>${saidInWords({ type, mode })}${ground !== undefined && ` (${ground})`}${summary !== undefined && html`: ${isolated(summary)}`}</td></tr>
`,
    )}</tbody></table>`;
}
