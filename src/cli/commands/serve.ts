import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createApp } from '../../http/app.ts';
import type { Context } from '../../http/context.ts';
import { openLimits } from '../../http/budgets.ts';
import { parseOrigins } from '../../http/securityHeaders.ts';
import { parsePublicUrl, parseTrustedProxies, type Site } from '../../http/hosts.ts';
import { listen, type Listening } from '../../http/listen.ts';
import type { Metrics } from '../../operations/metrics.ts';
import { logForms, type LogForm, openServiceLog, type ServiceLog } from '../serviceLog.ts';
import { untilInterrupted } from '../interruption.ts';
import { tell } from '../text/terminal.ts';
import { visible } from '../text/visible.ts';
import { openLedger, type OpenedLedger } from '../../compose.ts';
import { openPeople, type People } from '../../people/people.ts';
import { programDigest } from '../programDigest.ts';
import { type Command, Option } from 'commander';
import { ulid } from 'ulid';
import { nameOption, recorderOption, example, wholeNumber, seconds, signingKeyOption } from './options.ts';

export type ServeOptions = {
  readonly data: string;
  readonly store?: string | undefined;
  /** Serves what the folder keeps of the store's ledger, without asking the store. */
  readonly offline?: boolean | undefined;
  readonly host: string;
  readonly port: number;
  /** Whether anyone may read without a key. */
  readonly open?: boolean | undefined;
  /** The address at which others reach the service, as a proxy in front of it has it. */
  readonly publicUrl?: string | undefined;
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed, separated by commas. */
  readonly trustedProxy?: string | undefined;
  /** How many seconds a connection is kept for a next request. */
  readonly keepAlive?: number | undefined;
  readonly ledger?: string | undefined;
  /** The file with the private key that signs checkpoints. */
  readonly key?: string | undefined;
  readonly recordedBy?: string | undefined;
  readonly log?: LogForm | undefined;
  /** How many lookups one caller may ask for in a minute; 0: as many as he likes. */
  readonly maxPerMinute?: number | undefined;
  /** Origins of other sites whose scripts may ask, separated by commas. */
  readonly cors?: string | undefined;
};

/** Off loopback, unless --max-per-minute says otherwise. */
const defaultPerMinute = 1200;

/** Who may use a service, how much, and by what it is watched. */
type Watched = Pick<Context, 'people' | 'site' | 'limits' | 'origins'> & {
  readonly metrics?: Metrics;
  readonly log?: ServiceLog;
};

/** Serves the ledger of a folder until the process is interrupted. */
export async function serve(options: ServeOptions): Promise<void> {
  const { host, publicUrl, trustedProxy } = options;
  const site: Site = {
    host,
    publicUrl: publicUrl === undefined ? undefined : parsePublicUrl(publicUrl),
    isTrustedProxy: trustedProxy === undefined ? undefined : parseTrustedProxies(trustedProxy),
  };
  const people = peopleOf(options, site);
  const { maxPerMinute = people.isExposed ? defaultPerMinute : 0 } = options;
  const limits = maxPerMinute > 0 ? openLimits(maxPerMinute) : undefined;
  const origins = options.cors === undefined ? undefined : parseOrigins(options.cors);
  // Only a service needs what measures it.
  const { openMetrics } = await import('../../operations/metrics.ts');
  const metrics = openMetrics(programDigest());
  const log = serviceLog(options.log);
  const opened = await openLedger({ ...options, patient: true, observer: metrics.store });
  metrics.watch(opened.reader, options.data);
  const reload = (): void => tellReloaded(opened);
  try {
    opened.definitions?.current();
    process.on('SIGHUP', reload);
    const listening = await listenTo(opened, options, { site, people, limits, origins, metrics, log });
    const also = site.publicUrl === undefined ? '' : ` (public address ${site.publicUrl})`;
    process.stdout.write(`${opened.ledger.log.ledger} at ${listening.url}${also}\n`);
    await untilInterrupted();
    await listening.close();
  } finally {
    process.off('SIGHUP', reload);
    await opened.close();
  }
}

/** Reads the views of the folder again, and tells what came of it. */
function tellReloaded({ definitions }: OpenedLedger): void {
  const problems = definitions?.reload() ?? [];
  const told = problems.length > 0 ? ['the views stay as they were:', ...problems] : ['views.json was read again'];
  process.stderr.write(visible(`${told.join('\n')}\n`));
}

/** Starts the service and keeps the read model warm as the log grows. */
export async function listenTo(
  { ledger, reader, proofs }: OpenedLedger,
  at: { host: string; port: number; keepAlive?: number | undefined },
  { site = { host: at.host }, metrics, log = serviceLog(), ...guarded }: Watched = {},
): Promise<Listening> {
  const stop = new AbortController();
  const { faults } = log;
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
        log.answered(answered);
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
 * What is recorded in quick succession is folded together: each commitment once, not once for each of its announcements. Whoever
 * asks meanwhile has it folded at once.
 */
const pauseMs = 1000;

/** Folds what is recorded, soon after it is recorded. What goes wrong is reported, and tried again. */
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
function serviceLog(form: LogForm = 'text'): ServiceLog {
  return openServiceLog({ form, write: (line) => void process.stderr.write(line), clock: Date.now });
}

/** Who may do what. Throws where others than this machine reach the service, and anyone of them could record. */
function peopleOf({ data, host, open = false }: ServeOptions, { publicUrl }: Site): People {
  const isExposed = !isLoopback(host) || (publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname));
  const newToken = (): string => randomBytes(32).toString('base64url');
  const people = openPeople(data, { clock: Date.now, newToken, isOpen: open, isExposed });
  if (isExposed && !people.keyring.hasKeys()) {
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

function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Adds `ledger serve`. */
export function addServe(ledger: Command): void {
  ledger
    .command('serve')
    .description('answer over HTTP until interrupted')
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1').env('LEDGER_HOST'))
    .addOption(new Option('--port <number>', 'port to listen on').argParser(wholeNumber).default(4680).env('LEDGER_PORT'))
    .addOption(new Option('--open', 'anyone may read without a key; to record needs one').env('LEDGER_OPEN'))
    .addOption(
      new Option(
        '--public-url <address>',
        'where others reach the service, https://ledger.example: makes its links, and its host is taken',
      ).env('LEDGER_PUBLIC_URL'),
    )
    .addOption(
      new Option(
        '--trusted-proxy <addresses>',
        'proxies whose X-Forwarded-Host and -Proto are believed, 10.0.0.7 or 10.0.0.0/24, separated by commas',
      ).env('LEDGER_TRUSTED_PROXY'),
    )
    .addOption(
      new Option('--keep-alive <seconds>', 'how long a connection waits for a next request; longer than a proxy in front')
        .argParser(seconds)
        .default(75)
        .env('LEDGER_KEEP_ALIVE'),
    )
    .addOption(
      new Option(
        '--max-per-minute <n>',
        `lookups that one key or address may ask for in a minute, and a share of it of dearer requests; 0: no limit (default: ${defaultPerMinute}, on loopback 0)`,
      )
        .argParser(wholeNumber)
        .env('LEDGER_MAX_PER_MINUTE'),
    )
    .addOption(
      new Option(
        '--cors <origins>',
        'other sites whose scripts may ask, with a key, https://desk.example, separated by commas',
      ).env('LEDGER_CORS'),
    )
    .addOption(
      new Option('--log <form>', 'the service’s own log: text, of faults alone, or json, a line for each request too')
        .choices(logForms)
        .default('text')
        .env('LEDGER_LOG'),
    )
    .addOption(nameOption())
    .addOption(signingKeyOption())
    .addOption(recorderOption())
    .addHelpText('after', example('ledger serve --port 8080'))
    .action(async (_, command: Command) => serve(command.optsWithGlobals()));
}
