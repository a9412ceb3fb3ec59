import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestObserver } from '../http/answered.ts';
import type { Reader } from '../read/queries.ts';
import type { StoreObserver } from '../store/observer.ts';

/** The figures of a service, for Prometheus. Names end in their unit, as Prometheus asks; the help of each explains it. */
export type Metrics = {
  readonly requests: Pick<RequestObserver, 'began' | 'answered'>;
  readonly store: StoreObserver;
  /** The read model stopped following the log and started again. */
  readonly followedAgain: () => void;
  /** Also reports what a ledger and its folder hold, looked up each time the figures are asked for. */
  readonly watch: (reader: Pick<Reader, 'log' | 'readModel'>, folder: string) => void;
  /** All figures in the text form, and its media type. */
  readonly text: () => Promise<{ text: string; contentType: string }>;
};

/** From a lookup in memory to the longest acceptable wait, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Opens the figures. `version` identifies the build of the program. Also measures the process, and how late its timers are. */
export function openMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: 'ledger_info', help: 'Always 1; which build runs', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  return {
    requests: requestFigures(registers),
    ...storeFigures(registers),
    watch: (reader, folder) => addHoldings(registers, reader, folder),
    text: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

function requestFigures(registers: Registry[]): Metrics['requests'] {
  const inFlight = new Gauge({ name: 'ledger_http_requests_in_flight', help: 'Requests that are being answered', registers });
  const requests = new Counter({
    name: 'ledger_http_requests_total',
    help: 'Requests answered, by the address as it is declared',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'ledger_http_request_duration_seconds',
    help: 'From when a request came in until its answer had gone out; a live feed lasts as long as its reader stays',
    labelNames: ['method', 'route'],
    buckets,
    registers,
  });
  return {
    began: () => inFlight.inc(),
    answered({ method, route, status, durationMs }) {
      inFlight.dec();
      // A client may send any method.
      const known = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : 'other';
      requests.inc({ method: known, route, status });
      durations.observe({ method: known, route }, durationMs / 1000);
    },
  };
}

function storeFigures(registers: Registry[]): Pick<Metrics, 'store' | 'followedAgain'> {
  const appends = new Counter({
    name: 'ledger_appends_total',
    help: 'Appends to the log by outcome: appended, known (sent before), wrong-revision (someone was faster), id-taken, clock-behind, fault',
    labelNames: ['outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'ledger_append_duration_seconds',
    help: 'From when an append was begun until it was answered',
    buckets,
    registers,
  });
  const commits = new Histogram({
    name: 'ledger_commit_duration_seconds',
    help: 'How long a commit of the log in the folder took, most of which is the wait for the disk (fsync)',
    buckets,
    registers,
  });
  const again = new Counter({
    name: 'ledger_subscription_restarts_total',
    help: 'How often a subscription ended and began again: that to the server of the log (store), that of the read model',
    labelNames: ['subscription'],
    registers,
  });
  for (const outcome of ['appended', 'fault']) appends.inc({ outcome }, 0);
  for (const subscription of ['store', 'read-model']) again.inc({ subscription }, 0);
  return {
    store: {
      appended(outcome, ms) {
        appends.inc({ outcome });
        durations.observe(ms / 1000);
      },
      committed: (ms) => commits.observe(ms / 1000),
      subscribedAgain: () => again.inc({ subscription: 'store' }),
    },
    followedAgain: () => again.inc({ subscription: 'read-model' }),
  };
}

/** What a ledger holds and how far behind it is. A figure that cannot be found out now is left out. */
function addHoldings(registers: Registry[], { log, readModel }: Pick<Reader, 'log' | 'readModel'>, folder: string): void {
  const gauge = (name: string, help: string, find: () => Promise<number | null> | number | null): void => {
    const one: Gauge = new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = await found(find);
        if (value === null) one.remove();
        else one.set(value);
      },
    });
  };
  gauge('ledger_events', 'Events that are recorded', () => log.size());
  gauge(
    'ledger_behind_seconds',
    'How long ago this instance last held all that others had recorded; 0: it does now; left out: never yet',
    async () => {
      const { behindMs } = await log.condition();
      return behindMs === null ? null : behindMs / 1000;
    },
  );
  gauge('ledger_read_model_behind_events', 'Events that the read model has not folded yet', async () => {
    return Math.max(0, (await log.size()) - readModel.checkpoint());
  });
  gauge('ledger_disk_free_bytes', 'Room that is left for this account on the disk of the folder', () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  });
  const sizes: Gauge<'file'> = new Gauge({
    name: 'ledger_file_bytes',
    help: 'How long the databases of the folder are',
    labelNames: ['file'],
    registers,
    async collect() {
      sizes.reset();
      for (const file of databasesIn(folder)) {
        const bytes = statSync(join(folder, file), { throwIfNoEntry: false })?.size;
        if (bytes !== undefined) sizes.set({ file }, bytes);
      }
    },
  });
}

async function found(find: () => Promise<number | null> | number | null): Promise<number | null> {
  try {
    return await find();
  } catch {
    // /ready reports a log that cannot be read, with the reason.
    return null;
  }
}

function databasesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\w+\.sqlite(-wal)?$/.test(name));
  } catch {
    return [];
  }
}
