import type { Command } from 'commander';
import { samenesses, type Sameness } from '../../../projections/doubles.ts';
import { sameInWords } from '../../read/doubtful.ts';
import { doublesIn } from '../../read/recordedTwice.ts';
import type { Log } from '../../store/log.ts';
import { jsonOption } from '../flags.ts';
import { print, printJson, toJson } from '../text/terminal.ts';
import { oneLine } from '../text/visible.ts';
import { example } from './options.ts';
import { withLedger } from './withLedger.ts';

/**
 * What makes two events possible doubles. The topic is left out: commitments on one topic between the same parties are usually
 * different ones.
 */
export const reported: ReadonlySet<Sameness> = new Set(samenesses.filter((same) => same !== 'topic'));

type Pair = {
  readonly earlier: number;
  readonly later: number;
  readonly same: Sameness[];
  readonly commitments: readonly { readonly id: string; readonly title: string }[];
};

/** Adds `ledger doubles`. */
export function addDoubles(ledger: Command): void {
  ledger
    .command('doubles')
    .description('list events that may say what an earlier event says: the same passage, act, figure or title, recorded twice')
    .addOption(jsonOption())
    .addHelpText('after', example('ledger doubles'))
    .action(async ({ json }: { json?: boolean }, command: Command) =>
      withLedger(command, async ({ ledger: { log } }) => {
        const size = await log.size();
        const pairs = await pairsIn(log);
        if (json) return printJson(toJson({ size, doubles: pairs }));
        return print(pairs.length === 0 ? `no doubles among ${size} events\n` : pairs.map(pairInWords).join(''));
      }),
    );
}

/** Each pair of events once, with everything they have in common. */
async function pairsIn(log: Log): Promise<Pair[]> {
  const pairs = new Map<string, Pair>();
  for await (const { earlier, later, same } of doublesIn(log, reported)) {
    const known = pairs.get(`${earlier} ${later}`);
    if (known) {
      if (!known.same.includes(same)) known.same.push(same);
    } else {
      const commitments = [await commitmentOf(log, earlier), await commitmentOf(log, later)];
      pairs.set(`${earlier} ${later}`, { earlier, later, same: [same], commitments });
    }
  }
  return [...pairs.values()];
}

async function commitmentOf(log: Log, sequence: number): Promise<{ id: string; title: string }> {
  const [event] = await log.read(sequence - 1, 1);
  const [opening] = event ? await log.readStream(event.stream) : [];
  const { title = '' } = JSON.parse(opening?.data ?? '{}') as { title?: string };
  return { id: event?.stream ?? '', title };
}

function pairInWords({ earlier, later, same, commitments }: Pair): string {
  const titles = [...new Set(commitments.map(({ title }) => `“${oneLine(title)}”`))].join(' and ');
  return `event ${later} may say what event ${earlier} says: ${same.map((one) => sameInWords[one]).join('; ')} (${titles})\n`;
}
