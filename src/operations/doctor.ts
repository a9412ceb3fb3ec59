import type { Proofs } from '../proof/proofs.ts';
import { aheadOfClock } from '../read/clock.ts';
import type { Reader } from '../read/queries.ts';
import type { FaultReason } from '../store/faults.ts';
import type { Finding } from './finding.ts';

/** What can be found out about an opened ledger in a moment; `ledger check` reads all of it. */

type Opened = { readonly reader: Reader; readonly proofs: Proofs; close(): Promise<void> };

/** What to do where a log cannot be opened, read or written. */
const remedies: Partial<Record<FaultReason, string>> = {
  full: 'make room on the disk',
  held: 'wait, or find the other process that writes into the folder',
  'write-protected': 'run as the account of the service, on a disk that can be written',
  damaged: 'keep the file, and restore the newest backup into another folder',
  failing: 'move the folder to another disk, or restore the newest backup there',
  denied: 'mend the user, password, right or certificate that --store names',
  lost: 'export what each instance holds (ledger export --offline), and restore the longest into an empty server',
  foreign: 'name the right server with --store, or give this one an empty folder',
};

/** How far this copy may be behind a server without fault: some of what others record is always on its way. */
const maxBehindMs = 1000;

/** Opens a ledger, examines each part, and closes it. A ledger that cannot be opened is a finding too; nothing is thrown. */
export async function examineLedger(open: () => Promise<Opened>): Promise<Finding[]> {
  const findings: Finding[] = [];
  const attempt = async (what: string, work: () => Promise<readonly string[]>): Promise<void> => {
    try {
      for (const text of await work()) findings.push({ severity: 'wrong', text: `${what}: ${text}` });
    } catch (error) {
      findings.push({ severity: 'wrong', text: `${what}: ${withRemedy(error)}` });
    }
  };
  let opened: Opened | undefined;
  await attempt('store', async () => {
    opened = await open();
    return [];
  });
  if (!opened) return findings;
  const { reader, proofs } = opened;
  try {
    await attempt('store', async () => lookAtLog(reader));
    await attempt('clock', async () => {
      const ahead = await aheadOfClock(reader.log, reader.clock());
      return ahead === undefined ? [] : [ahead];
    });
    await attempt('read model', async () => {
      await reader.readModel.catchUp(await reader.log.size());
      const flaws = (await reader.readModel.flaws()).map((flaw) => `${flaw}; run: ledger rebuild`);
      return [...flaws, ...(await reader.readModel.unfoldable())];
    });
    await attempt('proof', async () => proofs.findings());
  } finally {
    await opened.close();
  }
  return findings;
}

async function lookAtLog({ log }: Reader): Promise<string[]> {
  const { behindMs, findings } = await log.condition();
  await log.size();
  // An empty append takes the same path as every append, and leaves nothing behind.
  if (behindMs === 0) await log.append('', -1, []);
  if (behindMs !== null && behindMs <= maxBehindMs) return [...findings];
  const since = behindMs === null ? 'never' : `${Math.ceil(behindMs / 1000)} s ago`;
  return [
    ...findings,
    `this copy last held all that the server has ${since}; look whether the server of --store runs and can be reached`,
  ];
}

function withRemedy(error: unknown): string {
  const reason = error instanceof Error && 'reason' in error ? (error.reason as FaultReason) : undefined;
  const remedy = reason === undefined ? undefined : remedies[reason];
  const message = error instanceof Error ? error.message : String(error);
  return remedy === undefined ? message : `${message}; ${remedy}`;
}
