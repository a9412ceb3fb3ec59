import { eachInTurns } from '../turns.ts';
import { isWebAddress } from '../wording/values.ts';
import { balanced, escaped } from '../wording/direction.ts';
import { spoken } from '../wording/said.ts';
import { type Block, type Inline, type Inlines, type Picture, type ReportDocument, sourceInWords } from './document.ts';

/**
 * A report as CommonMark, with tables and footnotes as in GitHub and pandoc. Recorded text is shown literally: each character
 * that could begin markup is escaped, and a line feed inside a line becomes a space.
 */
export async function markdownOf(report: ReportDocument, pictures: readonly Picture[] = []): Promise<string> {
  const facts = report.facts.map(({ label, is }) => `- **${text(label)}:** ${line(is)}`);
  const lede = report.lede === '' ? [] : [text(report.lede)];
  const chapters = await eachInTurns(report.chapters, async ({ title, blocks: own }) => [
    `## ${text(title)}`,
    ...(await eachInTurns(own, block)),
  ]);
  const notes = await eachInTurns(report.notes, (source, index) => note(source, index + 1));
  const blocks = [
    `# ${text(report.title)}`,
    `**${text(report.finding)}.**`,
    ...lede,
    ...(report.brief.length === 0 ? [] : [listed(report.brief)]),
    facts.join('\n'),
    ...(pictures.length === 0
      ? []
      : ['## In pictures', ...pictures.map(({ words }, index) => `![${text(words)}][picture ${index + 1}]`)]),
    ...chapters.flat(),
    ...(notes.length === 0 ? [] : ['## Sources', notes.join('\n\n')]),
    // A reader meets the words before the bytes of the pictures.
    ...pictures.map(
      ({ svg }, index) => `[picture ${index + 1}]: data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

async function block(one: Block): Promise<string> {
  switch (one.as) {
    case 'paragraph':
      return line(one.text);
    case 'heading':
      return `### ${line(one.text)}`;
    case 'list':
      return listed(one.items);
    case 'table':
      return [
        `| ${one.head.map(text).join(' | ')} |`,
        `|${one.head.map(() => ' --- |').join('')}`,
        ...(await eachInTurns(one.rows, (row) => `| ${row.map(line).join(' | ')} |`)),
      ].join('\n');
    default:
      return one satisfies never;
  }
}

function listed(items: readonly Inlines[]): string {
  return items.map((item) => `- ${line(item)}`).join('\n');
}

function line(inlines: Inlines): string {
  return inlines.map(inline).join('').trim();
}

function inline(one: Inline): string {
  if (typeof one === 'string') return text(one);
  if ('strong' in one) return `**${text(one.strong)}**`;
  if ('words' in one) return text(one.words);
  // Ids and addresses contain no backtick; text that does is shown as text.
  if ('code' in one) return /[`|\s]/.test(one.code) ? text(one.code) : `\`${one.code}\``;
  return one.notes.map((number) => `[^${number}]`).join('');
}

function note(source: ReportDocument['notes'][number], number: number): string {
  const { url, quote } = source;
  const said = text(sourceInWords(source));
  const address = url === undefined ? '' : isWebAddress(url) && !/[<>\s\\]/.test(url) ? `, <${url}>` : `, ${text(url)}`;
  return `[^${number}]: ${said}${address}${quote === undefined ? '' : `: ${text(spoken(quote.exact, true))}`}`;
}

/**
 * What could begin markup of CommonMark, of GitHub (autolinks, emoji) or of pandoc (mathematics, citations, dashes), other than
 * at the beginning of a line.
 */
const markup = /[\\`*_{}[\]<>#|~^$&@]|:(?=\w)|-(?=-)|\.(?=\.)|\/(?=\/)|(?<=\bwww)\./gi;
/** What could begin a list, a rule or a heading at the beginning of a line. */
const beginning = /^(\s*\d*)([+\-=.)])/;
const invisible = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** A text with all markup escaped. */
function text(recorded: string): string {
  const seen = balanced(recorded).replaceAll(/\s+/g, ' ').replaceAll(invisible, escaped);
  return seen.replaceAll(markup, String.raw`\$&`).replace(beginning, String.raw`$1\$2`);
}
