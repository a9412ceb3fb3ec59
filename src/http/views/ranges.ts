import { Big } from 'big.js';
import { disputeFinder } from '../../../projections/beside.ts';
import { whenOf } from '../../../domain/dates.ts';
import type { Figure } from '../../../projections/figures.ts';
import type { Line } from '../../../projections/record.ts';
import { confidenceInWords } from '../../wording/standing.ts';
import { onAxis, statusInWords } from '../../wording/values.ts';
import { directionInShort, figureInWords, speakersInWords } from '../../wording/called.ts';
import { eachInTurns } from '../../turns.ts';
import { type Html, html } from '../page/html.ts';
import { maxLines, saidOf } from '../page/lines.ts';
import type { CutLinks } from '../page/links.ts';
import { inPieces, isolated, named, statusWithMark, when, words } from '../page/parts.ts';
import { contestedMark } from '../page/pictures/marks.ts';
import { axis, type Bar, emptyBar, keyFor, partBars, rangeBars } from '../page/pictures/rangeBar.ts';
import { type Scale, scaleFor } from '../page/pictures/scale.ts';

/** Figures of one unit as bars in a table, each with its words beside it. */

export type Placed = { readonly commitment: string; readonly figure: Figure };

export type RangeRow = {
  /** The head of the row: a stage's mark and word, or a commitment. */
  readonly head: Html;
  /** The figures drawn, newest first. A row without any stays, and says that nothing is recorded. */
  readonly figures: readonly Placed[];
  /** The parts of the figure above them: a list for each way in which it is cut, of which each is drawn end to end. */
  readonly parts?: readonly (readonly Placed[])[];
  /** The value at which the bars start, where they add to others. */
  readonly after?: string | undefined;
};

export type RangeGroup = {
  readonly title: Html;
  readonly note?: Html | string | undefined;
  readonly rows: readonly RangeRow[];
};

/** What the lines of a view say about a figure. */
export type Surroundings = {
  readonly to: CutLinks;
  /** The commitments whose lines are on the page. */
  readonly shown: ReadonlySet<string>;
  /** The figures that have a row on the page, by the row's id. */
  readonly rows: ReadonlySet<string>;
  readonly lines: ReadonlyMap<string, Line>;
};

/**
 * The maximum number of bars of one row, rows of one group and groups of one table; the rest is counted in words, and is among
 * the lines.
 */
const maxBars = 8;
const maxRows = 24;
const maxGroups = 24;

export function surroundings(lines: readonly Line[], to: CutLinks): Surroundings {
  const shown = lines.slice(0, maxLines);
  return {
    to,
    shown: new Set(shown.map(({ commitment }) => commitment)),
    rows: new Set(shown.flatMap((line) => saidOf(line).groups.flat().map(rowId))),
    lines: new Map(lines.map((line) => [line.commitment, line])),
  };
}

/** The id of a figure's row on a page. */
export function rowId({ announcement, key }: Pick<Figure, 'announcement' | 'key'>): string {
  return `f-${announcement}-${key}`;
}

/** A table with one scale for each group. `beside`: two such tables side by side; `named`: its rows have long names. */
export async function rangesTable(
  groups: readonly RangeGroup[],
  caption: string,
  around: Surroundings,
  { beside = false, named = false }: { beside?: boolean; named?: boolean } = {},
): Promise<Html> {
  const shown = groups.slice(0, maxGroups);
  const scales = scalesOf(shown);
  const kind = `ranges${beside ? ' sm' : ''}${named ? ' named' : ''}`;
  const bodies = await eachInTurns(shown, (group) => groupBody(group, scales, around));
  return html`<table class="${kind}"><caption>${caption}</caption>${bodies}</table>${
    shown.length < groups.length &&
    html`<p class="meta">${String(groups.length - shown.length)} more units of account are among the lines below.</p>`
  }`;
}

/** A key to the marks in these groups, once for all tables of a page. */
export function rangesKey(groups: readonly RangeGroup[]): Html {
  const rows = groups.slice(0, maxGroups).flatMap((group) => group.rows.slice(0, maxRows));
  const bars = rows.flatMap(barsOf);
  return bars.length === 0
    ? html``
    : keyFor(
        bars,
        rows.some(({ parts }) => parts !== undefined),
      );
}

/** What bars must share to be compared by length: the currency, per cent, or what is counted. */
function measureOf(unit: Figure | undefined): string {
  if (unit?.kind === 'money') return unit.currency;
  return unit?.kind === 'count' ? `count of ${unit.unit}` : (unit?.kind ?? '');
}

/** A group as drawn: limited in rows and bars, with its unit and measure. */
export type ShownGroup = RangeGroup & { readonly unit: Figure | undefined; readonly measure: string };

export function shownIn(groups: readonly RangeGroup[]): ShownGroup[] {
  return groups.slice(0, maxGroups).map((group) => {
    const unit = unitOfRows(group);
    const rows = group.rows.slice(0, maxRows).map((row) => ({ ...row, figures: row.figures.slice(0, maxBars) }));
    return { ...group, rows, unit, measure: measureOf(unit) };
  });
}

function unitOfRows({ rows }: RangeGroup): Figure | undefined {
  const figures = rows.slice(0, maxRows).flatMap((row) => row.figures);
  return figures.find(({ figure }) => barOf(figure) !== undefined)?.figure;
}

/** One scale for all groups of a measure, so that bars in one table can be compared. */
export function scalesOf(groups: readonly RangeGroup[]): ReadonlyMap<string, Scale> {
  const alike = Map.groupBy(groups, (group) => measureOf(unitOfRows(group)));
  return new Map(
    [...alike].map(([measure, same]) => {
      const unit = same[0] && unitOfRows(same[0]);
      const bars = same.flatMap(({ rows }) => rows.slice(0, maxRows).flatMap(barsOf));
      return [measure, scaleFor(bars.map(reach), (value) => (unit === undefined ? value : onAxis(value, unit)))];
    }),
  );
}

function groupBody(group: RangeGroup, scales: ReadonlyMap<string, Scale>, around: Surroundings): Html {
  const { title, note } = group;
  const rows = group.rows.slice(0, maxRows);
  const unit = unitOfRows(group);
  const scale = scales.get(measureOf(unit)) ?? scaleFor([], (value) => value);
  return html`<tbody><tr class="grp"><th colspan="3" scope="rowgroup">${title}${note && html` <small>${note}</small>`}</th></tr>${rows.map(
    (row) => {
      if (row.figures.length === 0) {
        const track = unit !== undefined && emptyBar(scale);
        return html`<tr class="nil"><th scope="row">${row.head}</th><td class="tr">${track}</td><td class="none w2">nothing recorded</td></tr>`;
      }
      const drawn = row.figures.slice(0, maxBars);
      const more = row.figures.length - drawn.length;
      return html`${drawn.map(({ commitment, figure }, index) => {
        const bar = barOf(figure, row.after);
        return html`<tr><th scope="row">${row.head}</th><td class="tr">${
          bar && rangeBars([bar], scale, spoken({ commitment, figure }, around))
        }</td><td class="w2">${figureWithSpeaker({ commitment, figure }, around)}${
          index === drawn.length - 1 &&
          more > 0 &&
          html` <span class="meta">and ${String(more)} more among the lines below</span>`
        }</td></tr>`;
      })}${row.parts?.map((parts) => partsRow(parts, scale, around))}`;
    },
  )}${unit !== undefined && html`<tr class="axr"><td></td><td class="tr">${axis(scale)}</td><td></td></tr>`}</tbody>
`;
}

function partsRow(parts: readonly Placed[], scale: Scale, around: Surroundings): Html {
  const said = parts.map(({ figure }) => `${figureInWords(figure)} (${figure.key})`).join(' and ');
  return html`<tr><th scope="row"><span class="meta">${cutInWords(parts)}</span></th><td class="tr">${partBars(
    parts.flatMap(({ figure }) => barOf(figure) ?? []),
    scale,
    `Parts of it: ${said}`,
  )}</td><td class="w2">${parts.map(
    (part, index) => html`${index > 0 && ' + '}${figureOnPage(part, around)} <span class="meta">${part.figure.key}</span>`,
  )}</td></tr>`;
}

/** `of which`, or `of which, by year`: parts by year and by sector are never added to each other. */
export function cutInWords([first]: readonly Placed[]): string {
  const partition = first?.figure.partition;
  return partition === undefined ? 'of which' : `of which, by ${partition}`;
}

function barsOf({ figures, after }: RangeRow): Bar[] {
  return figures.slice(0, maxBars).flatMap(({ figure }) => barOf(figure, after) ?? []);
}

/** How far a bar reaches from zero. */
function reach({ min, max, after }: Bar): { min?: string | undefined; max?: string | undefined } {
  if (after === undefined) return { min, max };
  const sum = (value: string): string => Big(value).plus(after).toFixed();
  return { ...(min !== undefined && { min: sum(min) }), ...(max !== undefined && { max: sum(max) }) };
}

/** A figure that has bounds as a bar; words and rates have none. */
export function barOf(figure: Figure, after?: string): Bar | undefined {
  if (figure.kind !== 'money' && figure.kind !== 'percent' && figure.kind !== 'count') return undefined;
  const { qualifier, min, max, status, text, translation } = figure;
  const asHighAs = qualifier === 'between' && /\b(as (high|much|many|large) as|up to)\b/i.test(`${text} ${translation ?? ''}`);
  return { qualifier, min, max, status, asHighAs, ...(after !== undefined && { after }) };
}

/** A figure linked to its row among the lines, with who said it and when. */
export function figureWithSpeaker(placed: Placed, around: Surroundings): Html {
  const { saidBy, happened, period, partOf } = placed.figure;
  const confidence = confidenceInWords(placed.figure).map((one) => html`· ${inPieces(one)} `);
  const { names } = around.lines.get(placed.commitment) ?? {};
  return html`${figureOnPage(placed, around)}${isContested(placed, around) && contestedLink(placed, around)} <span class="meta">${
    isOver(placed, around) && `${over} `
  }${period !== undefined && html`for ${when(period)} `}${
    partOf !== undefined && html`part of <i>${partOf}</i> `
  }${confidence}· ${isolated(speakersInWords(saidBy, names))}, ${when(happened)}</span>`;
}

/** A figure or words linked to its row among the lines, where that is on the page, else to its own address. */
export function figureOnPage(placed: Placed, around: Surroundings): Html {
  const { figure } = placed;
  const figured = figureInWords(figure);
  const address = figureAddress(figure, around);
  if (figured === undefined) return html`<a class="fig wrapok wd" href="${address}">${words(figure.text, figure)}</a>`;
  return html`<a class="fig wrapok" href="${address}"><bdi>${figured}</bdi></a>`;
}

export function figureAddress({ announcement, key }: Pick<Figure, 'announcement' | 'key'>, { rows, to }: Surroundings): string {
  const row = rowId({ announcement, key });
  return rows.has(row) ? `#${row}` : to(`/figures/${announcement}/${key}`);
}

/** A commitment's title linked to its line, where that is on the page, else to the commitment. */
export function lineLink(commitment: string, { shown, lines, to }: Surroundings): Html {
  const address = shown.has(commitment) ? `#c-${commitment}` : to(`/commitments/${commitment}`);
  return html`<a class="clamp" href="${address}">${named(lines.get(commitment)?.title ?? commitment)}</a>`;
}

function contestedLink({ commitment }: Placed, { to }: Surroundings): Html {
  return html` <a class="neq" href="${to(`/commitments/${commitment}`)}">${contestedMark()}</a>`;
}

/** Whether an open dispute is about this figure. */
export function isContested({ commitment, figure }: Placed, { lines }: Surroundings): boolean {
  return disputeFinder(lines.get(commitment)?.contested ?? [])(figure) !== undefined;
}

/** A figure for screen readers: `US$350 billion, pledged, contested`. */
export function spoken(placed: Placed, around: Surroundings): string {
  const said = [figureInWords(placed.figure) ?? placed.figure.text, statusInWords(placed.figure)];
  const beside = [...(isOver(placed, around) ? [over] : []), ...(isContested(placed, around) ? ['contested'] : [])];
  return [...said, ...beside].join(', ');
}

const over = 'of a commitment that has ended';

/** Whether the commitment of a figure has ended: what was agreed or asked no longer stands; what was delivered stays so. */
export function isOver({ commitment, figure }: Placed, { lines }: Surroundings): boolean {
  return lines.get(commitment)?.stage === 'ended' && figure.status !== 'delivered' && figure.status !== 'observed';
}

/** A payer in words: `South Korea`, `Japan and South Korea`, `32 parties`; joint payers are joined by `+`. */
export function payerInWords(payer: string, around: Surroundings): string {
  return directionInShort(payer.split('+'), [], namesIn(around));
}

/** What the commitments of the view call parties that are no countries. */
export function namesIn({ lines }: Surroundings): Record<string, string> {
  const names: Record<string, string> = {};
  for (const line of lines.values()) Object.assign(names, line.names);
  return names;
}

/** Newest first, by the latest day each can have happened. */
export function newestFirst<P extends Placed>(placed: readonly P[]): P[] {
  const day = ({ figure }: P): number => whenOf(figure.happened).latest;
  return placed.toSorted((a, b) => day(b) - day(a));
}

/** Figures newest first; the parts of a single sum separately, to be drawn under it. */
export function withParts(figures: readonly Placed[]): Pick<RangeRow, 'figures' | 'parts'> {
  const keys = new Set(figures.map(({ commitment, figure }) => `${commitment} ${figure.key}`));
  const [parts, wholes] = [true, false].map((wanted) =>
    figures.filter(
      ({ commitment, figure }) => (figure.partOf !== undefined && keys.has(`${commitment} ${figure.partOf}`)) === wanted,
    ),
  );
  const [only, second] = wholes ?? [];
  const parted = parts?.every(({ commitment, figure }) => commitment === only?.commitment && figure.partOf === only.figure.key);
  if (!parts?.length || !only || second || !parted) return { figures: newestFirst(figures) };
  return { figures: [only], parts: byPartition(parts) };
}

/** Parts by the way in which they cut their total. */
export function byPartition(parts: readonly Placed[]): Placed[][] {
  return [...Map.groupBy(parts, ({ figure }) => figure.partition).values()];
}

/** One group for each unit, words without a figure last; one row for each figure, the firmest first. */
export function groupsByUnit(placed: readonly Placed[]): RangeGroup[] {
  const groups = Map.groupBy(placed, ({ figure }) => unitOf(figure));
  const withoutFigure = groups.get('');
  groups.delete('');
  return [...groups.values(), ...(withoutFigure ? [withoutFigure] : [])].map((figures) => ({
    title: unitTitle(figures[0]?.figure),
    rows: [...Map.groupBy(figures, ({ figure }) => `${figure.status} ${figure.mode ?? ''}`).values()].map((alike) => ({
      head: alike[0] ? statusWithMark(alike[0].figure) : html``,
      figures: newestFirst(alike),
    })),
  }));
}

function unitOf(figure: Figure): string {
  if (figure.kind === 'percent') return JSON.stringify([figure.kind, figure.of]);
  if (figure.kind === 'count') return JSON.stringify([figure.kind, figure.unit]);
  return figure.kind === 'money' ? JSON.stringify([figure.currency, figure.per]) : '';
}

function unitTitle(figure: Figure | undefined): Html {
  if (figure?.kind === 'percent') return html`Share of ${named(figure.of)}`;
  if (figure?.kind === 'count') return named(figure.unit);
  if (figure?.kind === 'money') return unitInWords({ currency: figure.currency, per: figure.per }, { noPeriod: false });
  return html`In words, without a figure`;
}

const currencies = new Intl.DisplayNames('en', { type: 'currency' });

/** `US dollars a year, for 2026`. */
export function unitInWords(
  { currency, per, period }: { currency: string; per?: string | undefined; period?: string | undefined },
  { noPeriod = true }: { noPeriod?: boolean } = {},
): Html {
  const name = currencies.of(currency) ?? currency;
  const bare = noPeriod && per === undefined && period === undefined;
  return html`${name} (${currency})${per !== undefined && html` a ${named(per)}`}${period !== undefined && html`, for ${when(period)}`}${bare && ', no period stated'}`;
}
