import { whenInWords, whenOf } from '../../domain/dates.ts';
import type { WarningKind } from '../../projections/derived/warnings.ts';
import { namesOf } from '../../projections/findings.ts';
import type { Report } from '../../projections/report.ts';
import { partiesInWords, totalInWords } from '../wording/called.ts';
import { dueOn, dueWords } from '../wording/daysAhead.ts';
import { alone } from '../wording/direction.ts';
import { numberInWords, statusInWords } from '../wording/values.ts';
import { warningDay } from '../wording/warnings.ts';
import { pause } from '../turns.ts';
import type { Inlines } from './document.ts';

/** What a reader takes away from the first page of a report, one line each: sums, quarrels, days passed and ahead, and the newest word. */
export async function briefOf(report: Report): Promise<Inlines[]> {
  const takeaways: readonly [string, () => string[] | Promise<string[]>][] = [
    ['In all', () => sums(report)],
    ['Contested', () => contested(report)],
    ['Not fully performed in time', () => warned(report, 'overdue')],
    ['Expected by now, not delivered', () => warned(report, 'expected-not-delivered')],
    ['Next', () => ahead(report)],
    ['Newest', async () => newest(report)],
  ];
  const lines: Inlines[] = [];
  for (const [label, all] of takeaways) {
    lines.push(...line(label, await all()));
    await pause();
  }
  return lines;
}

/** The maximum number of things that a line names; it counts the others. */
const maxNamed = 3;

function line(label: string, all: readonly string[]): Inlines[] {
  if (all.length === 0) return [];
  const more = all.length - maxNamed;
  const rest = more > 0 ? `; and ${numberInWords(more)} more` : '';
  return [[{ strong: label }, `: ${all.slice(0, maxNamed).join('; ')}${rest}`]];
}

function sums({ answer: { totals, lines } }: Report): string[] {
  const names = namesOf(lines);
  return totals
    .filter(({ counted }) => counted.length > 0)
    .map((total) => {
      const { payer, delivered, currency, per } = total;
      const paid = delivered ? `, delivered ${totalInWords({ ...delivered, currency, per })}` : '';
      return `${partiesInWords(payer.split('+'), names)} ${totalInWords(total)}${paid}`;
    });
}

function contested({ answer }: Report): string[] {
  return answer.lines.flatMap(({ title, contested: [first] }) =>
    first ? [`${alone(title)} (since ${whenInWords(first.since)})`] : [],
  );
}

function warned({ answer }: Report, kind: WarningKind): string[] {
  return answer.lines.flatMap(({ title, warnings }) => {
    const found = warnings.find(({ warning }) => warning === kind);
    return found ? [`${alone(title)} (${whenInWords(warningDay(found).day)})`] : [];
  });
}

/** The next days, each commitment once a day. */
function ahead({ due }: Report): string[] {
  return [...new Set(due.map((item) => `${dueOn(item)}, ${alone(item.title)}: ${lowered(dueWords[item.kind])}`))];
}

function lowered(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** The announcement of a figure that happened last, and what it is of. */
async function newest({ answer: { lines } }: Report): Promise<string[]> {
  let found: { latest: number; said: string } | undefined;
  for (const { title, figures } of lines) {
    await pause();
    for (const figure of figures) {
      const { latest } = whenOf(figure.happened);
      if (!Number.isFinite(latest) || latest <= (found?.latest ?? -Infinity)) continue;
      found = { latest, said: `${whenInWords(figure.happened)}, ${alone(title)}: ${statusInWords(figure)}` };
    }
  }
  return found ? [found.said] : [];
}
