import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createApp } from '../../http/app.ts';
import type { Context } from '../../http/context.ts';
import { parseOrigins } from '../../http/securityHeaders.ts';
import { parsePublicUrl, parseTrustedProxies, type Site } from '../../http/hosts.ts';
import { listen, type Listening } from '../../http/listen.ts';
import type { Metrics } from '../../operations/metrics.ts';
import { type LogForm, openServiceLog, type ServiceLog } from '../serviceLog.ts';
import { type Drafts, openDrafts } from '../../review/drafts.ts';
import { keepHeapSmall } from '../heapGrowth.ts';
import { untilInterrupted } from '../interruption.ts';
import { tell } from '../text/terminal.ts';
import { visible } from '../text/visible.ts';
import { openLedger, type OpenedLedger } from '../../compose.ts';
import { knowsAnyone, openPeople, type People } from '../../people/people.ts';
import type { Provider } from '../../people/provider.ts';
import { programDigest } from '../programDigest.ts';
import type { Command } from 'commander';
import { ulid } from 'ulid';
import { example, nameOption, recorderOption, signingKeyOption } from './options.ts';
import { addressOptions, defaultPerMinute, guardOptions, providerOptions } from './serveOptions.ts';

export type ServeOptions = {
  readonly data: string;
  readonly store?: string | undefined;
  /** Serves the folder's copy of the store's ledger, without asking the store. */
  readonly offline?: boolean | undefined;
  readonly host: string;
  readonly port: number;
  /** Whether what is sent waits until someone else records it. */
  readonly review?: boolean | undefined;
  /** Whether anyone may read without a key. */
  readonly open?: boolean | undefined;
  /** The address at which others reach the service, as a proxy in front of it has it. */
  readonly publicUrl?: string | undefined;
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed, separated by commas. */
  readonly trustedProxy?: string | undefined;
  /** How many seconds a connection stays open for a next request. */
  readonly keepAlive?: number | undefined;
  readonly ledger?: string | undefined;
  /** The file with the private key that signs checkpoints. */
  readonly key?: string | undefined;
  readonly recordedBy?: string | undefined;
  readonly log?: LogForm | undefined;
  /** How many lookups one caller may ask for in a minute; 0: no limit. */
  readonly maxPerMinute?: number | undefined;
  readonly oidcIssuer?: string | undefined;
  readonly oidcAudience?: string | undefined;
  readonly oidcNameClaim?: string | undefined;
  readonly oidcGroupsClaim?: string | undefined;
  readonly oidcRoles?: string | undefined;
  /** Origins of other sites whose scripts may ask, separated by commas. */
  readonly cors?: string | undefined;
};

/** Who may use a service, how much, and how it is monitored. */
type Watched = Pick<Context, 'people' | 'site' | 'limits' | 'origins' | 'drafts'> & {
  readonly metrics?: Metrics;
  readonly log?: ServiceLog;
};

/** Serves the ledger of a folder until the process is interrupted. */
export async function serve(options: ServeOptions): Promise<void> {
  keepHeapSmall();
  // Libraries that only a service needs are loaded only here.
  const { openMetrics } = await import('../../operations/metrics.ts');
  const { openLimits } = await import('../../http/countedLimits.ts');
  const { host, publicUrl, trustedProxy } = options;
  const site: Site = {
    host,
    publicUrl: publicUrl === undefined ? undefined : parsePublicUrl(publicUrl),
    isTrustedProxy: trustedProxy === undefined ? undefined : parseTrustedProxies(trustedProxy),
  };
  const people = await peopleOf(options, site);
  if (options.review && !knowsAnyone(people))
    throw new Error('expected keys or an identity provider with --review, found none: a second person must be known as one');
  const { maxPerMinute = people.isExposed ? defaultPerMinute : 0 } = options;
  const limits = maxPerMinute > 0 ? openLimits(maxPerMinute) : undefined;
  const origins = options.cors === undefined ? undefined : parseOrigins(options.cors);
  const metrics = openMetrics(programDigest());
  const log = await serviceLog(options.log);
  const opened = await openLedger({ ...options, patient: true, observer: metrics.store });
  metrics.watch(opened.reader, options.data);
  let drafts: Drafts | undefined;
  const reload = (): void => reportReloaded(opened);
  try {
    opened.definitions?.current();
    if (options.review) drafts = openDrafts(join(options.data, 'drafts.sqlite'), { clock: Date.now, newId: () => ulid() });
    process.on('SIGHUP', reload);
    const listening = await listenTo(opened, options, { site, people, limits, origins, drafts, metrics, log });
    const also = site.publicUrl === undefined ? '' : ` (public address ${site.publicUrl})`;
    process.stdout.write(`${opened.ledger.log.ledger} at ${listening.url}${also}\n`);
    await untilInterrupted();
    await listening.close();
  } finally {
    process.off('SIGHUP', reload);
    drafts?.close();
    await opened.close();
  }
}

/** Reads the views of the folder again, and reports the result. */
function reportReloaded({ definitions }: OpenedLedger): void {
  const problems = definitions?.reload() ?? [];
  const lines = problems.length > 0 ? ['the views stay as they were:', ...problems] : ['views.json was read again'];
  process.stderr.write(visible(`${lines.join('\n')}\n`));
}

/** Starts the service and keeps the read model warm as the log grows. */
export async function listenTo(
  { ledger, reader, proofs }: OpenedLedger,
  at: { host: string; port: number; keepAlive?: number | undefined },
  { site = { host: at.host }, metrics, log, ...guarded }: Watched = {},
): Promise<Listening> {
  const stop = new AbortController();
  const { faults, answered: logAnswered } = log ?? (await serviceLog());
  const app = createApp({
    ledger,
    reader,
    proofs,
    site,
    ...guarded,
    version: programDigest(),
    closing: stop.signal,
    requests: metrics && {
      newId: () => ulid(),
      began: metrics.requests.began,
      answered(answered) {
        metrics.requests.answered(answered);
        logAnswered(answered);
      },
    },
    metrics: metrics?.text,
    logError: (error) => faults.tell(error),
  });
  const keepAliveMs = at.keepAlive === undefined ? undefined : 1000 * at.keepAlive;
  const listening = await listen(app, { host: at.host, port: at.port, keepAliveMs });
  const following = follow({ ledger, reader, proofs }, stop.signal, (error) => {
    metrics?.followedAgain();
    faults.tell(error);
  });
  return {
    url: listening.url,
    async close() {
      stop.abort();
      await listening.close();
      await following;
      faults.close();
    },
  };
}

/**
 * Events recorded in quick succession are folded together: each commitment once, not once for each of its announcements. A
 * request in between folds at once what it needs.
 */
const pauseMs = 1000;

/** Folds what is recorded, soon after it is recorded. A failure is reported and retried. */
async function follow(
  { ledger, reader, proofs }: Pick<OpenedLedger, 'ledger' | 'reader' | 'proofs'>,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<void> {
  const { log } = ledger;
  const { readModel } = reader;
  for (let waitMs = 1000; !signal.aborted; waitMs = Math.min(2 * waitMs, 60_000)) {
    try {
      await log.subscribe(
        readModel.checkpoint(),
        async (events) => {
          const last = events.at(-1)?.sequence ?? 0;
          if (last <= readModel.checkpoint()) return;
          await readModel.catchUp(last);
          await proofs.catchUp();
          waitMs = 1000;
          await wait(pauseMs, undefined, { signal }).catch(() => undefined);
        },
        signal,
      );
    } catch (error) {
      onFault(error);
      await wait(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** The log of a service on standard error. */
function serviceLog(form: LogForm = 'text'): Promise<ServiceLog> {
  return openServiceLog({ form, write: (line) => void process.stderr.write(line), clock: Date.now });
}

/** Who may do what. Throws where other machines reach the service and anyone of them could record. */
async function peopleOf(options: ServeOptions, { publicUrl }: Site): Promise<People> {
  const { data, host, open = false } = options;
  const isExposed = !isLoopback(host) || (publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname));
  const newToken = (): string => randomBytes(32).toString('base64url');
  const people = openPeople(data, {
    clock: Date.now,
    newToken,
    isOpen: open,
    isExposed,
    provider: await providerOf(options),
  });
  if (isExposed && !knowsAnyone(people)) {
    const where = isLoopback(host) ? publicUrl : host;
    if (!open)
      throw new Error(
        `expected a loopback address such as 127.0.0.1, or keys, found ${where} and no key in ${data}: whoever reaches the service could record. Add one: ledger keys add NAME --role admin`,
      );
    tell(
      'There are no keys: with --open anyone may read, and nobody may record. Add a key: ledger keys add NAME --role record',
    );
  }
  return people;
}

/** The identity provider that the options name; throws where they name it incompletely. */
async function providerOf(options: ServeOptions): Promise<Provider | undefined> {
  const { oidcIssuer, oidcAudience, oidcRoles, oidcNameClaim = 'sub', oidcGroupsClaim = 'groups' } = options;
  if (oidcIssuer === undefined && oidcAudience === undefined && oidcRoles === undefined) return undefined;
  if (oidcIssuer === undefined || oidcAudience === undefined || oidcRoles === undefined)
    throw new Error('expected --oidc-issuer, --oidc-audience and --oidc-roles together, found only some of them');
  const { assertIssuer, openProvider, parseRolesOfGroups } = await import('../../people/provider.ts');
  assertIssuer(oidcIssuer);
  return openProvider({
    issuer: oidcIssuer,
    audience: oidcAudience,
    nameClaim: oidcNameClaim,
    groupsClaim: oidcGroupsClaim,
    roleOfGroup: parseRolesOfGroups(oidcRoles),
    clock: Date.now,
  });
}

function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Adds `ledger serve`. */
export function addServe(ledger: Command): void {
  const serving = ledger.command('serve').description('answer over HTTP until interrupted');
  for (const option of [...addressOptions(), ...guardOptions(), ...providerOptions()]) serving.addOption(option);
  serving
    .addOption(nameOption())
    .addOption(signingKeyOption())
    .addOption(recorderOption())
    .addHelpText('after', example('ledger serve --port 8080'))
    .action(async (_, command: Command) => serve(command.optsWithGlobals()));
}
