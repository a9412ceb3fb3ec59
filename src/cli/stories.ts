import { parseDay, parseTime } from '../../domain/dates.ts';
import type { Cut } from '../../projections/cut.ts';
import { tradeTerms } from '../../projections/views/builtIn.ts';
import { views } from '../../projections/views/views.ts';
import type { OpenedLedger } from '../compose.ts';
import { headingOf } from '../http/views/viewSections.ts';
import { commitmentAt, type CutRequest, settleCut } from '../read/queries.ts';
import { viewAt } from '../read/viewAt.ts';
import type { Sample } from './sample.ts';
import { printBriefly, printTariff } from './text/print.ts';
import { joined } from './text/rows.ts';

/** The text that `ledger demo` prints for each sample, and the commands it suggests next; together at most 60 lines. */
type Story = {
  readonly story: (opened: OpenedLedger, restored: number, width: number) => Promise<string>;
  readonly next: (url: string) => readonly string[];
};

export const stories: Readonly<Record<Sample, Story>> = {
  'korean-summits': {
    story: summits,
    next: (url) => [
      `  npx ledger view trade-terms --server ${url}`,
      `  npx ledger history 01K38TCSG0ZY4D2YHKXQRQD64H --server ${url}`,
      `  curl '${url}/commitments?contested=true&asOf=2025-09-30'`,
    ],
  },
  'second-desk': {
    story: secondDesk,
    next: (url) => [
      `  npx ledger list --server ${url}`,
      `  npx ledger show 01FTRADEC00000000000000029 --server ${url}`,
      `  curl '${url}/commitments/01FTRADEC00000000000000029?asOf=2025-06-25'`,
    ],
  },
};

const investmentId = '01K38TCSG0D83FFH9B8VC8WDMT';
const tariffId = '01K38TCSG0RTTZXWXGWSDP84TE';

async function summits(opened: OpenedLedger, restored: number, width: number): Promise<string> {
  const { reader } = opened;
  const september = await cutOf(opened, { asOf: parseDay('2025-09-30'), knownAt: parseTime('2025-09-30T23:59:59.999Z') });
  const parts = [
    `${restored} events of ${commitmentsOf(opened, september)} commitments: the Korean summits in Tokyo and Washington, August 2025.`,
    banner('Where everything stands on 30 September 2025', width),
  ];
  for (const view of views) {
    const { heading, lede } = headingOf(await viewAt(reader, view, september), view);
    parts.push(joined([`${view.title}: ${heading}. ${lede}`], width).trimEnd());
  }
  parts.push(banner('One commitment: a demand is no pledge, and a dispute stands beside the stage', width));
  const investment = await commitmentAt(reader, investmentId, september);
  if (investment) parts.push(printBriefly(investment, width).trimEnd());
  parts.push(banner('One question, asked twice: which tariff is in force on 22 August 2025?', width));
  for (const [known, title] of [
    ['2025-08-22T23:59:59.999Z', 'As known on 22 August 2025'],
    ['2025-08-23T23:59:59.999Z', 'As known a day later, when the order was recorded'],
  ] as const) {
    const cut = await cutOf(opened, { asOf: parseDay('2025-08-22'), knownAt: parseTime(known) });
    const { tariffs, lines } = await viewAt(reader, tradeTerms, cut);
    const line = lines.find(({ commitment }) => commitment === tariffId);
    for (const row of tariffs) if (row.commitment === tariffId) parts.push(`${title}:`, `  ${printTariff(row, line)}`);
  }
  return parts.join('\n');
}

/** A title, a commitment, and the day on which it is shown. */
const secondDeskShows = [
  ['15 March 2026: suspended, so nothing is in force or overdue', '01FTRADEC00000000000000008', '2026-03-15'],
  ['7 March 2024: four have joined, each bound from his day', '01FTRADEC00000000000000028', '2024-03-07'],
  ['31 December 2025: delivered against promised', '01FTRADEC00000000000000013', '2025-12-31'],
] as const;

async function secondDesk(opened: OpenedLedger, restored: number, width: number): Promise<string> {
  const now = await cutOf(opened, {});
  const count = commitmentsOf(opened, now);
  const parts = [
    `${restored} events of ${count} commitments: trade and defence deals of 2014 to 2026, recorded by another desk.`,
  ];
  for (const [title, id, asOf] of secondDeskShows) {
    const cut = await cutOf(opened, { asOf: parseDay(asOf), size: now.size });
    const record = await commitmentAt(opened.reader, id, cut);
    if (record) parts.push(banner(title, width), printBriefly(record, width).trimEnd());
  }
  return parts.join('\n');
}

function commitmentsOf({ reader }: OpenedLedger, { size }: Cut): number {
  return reader.readModel.opened({ size }).length;
}

async function cutOf({ reader }: OpenedLedger, asked: CutRequest): Promise<Cut> {
  const cut = await settleCut(reader, asked);
  if ('detail' in cut) throw new Error(cut.detail);
  return cut;
}

function banner(title: string, width: number): string {
  return `\n── ${title} `.padEnd(Math.min(width, 100), '─');
}
