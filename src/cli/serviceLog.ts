import type { Answered } from '../http/answered.ts';
import { withoutSecrets } from '../operations/secrets.ts';
import { visible, visibleJson } from './text/visible.ts';
import { type FaultLog, openFaultLog } from './faultLog.ts';

/** The forms of a service's log: lines for people, for faults alone; or JSON, one object a line, for each request too. */
export const logForms = ['text', 'json'] as const;
export type LogForm = (typeof logForms)[number];

/** The log of a service. No line holds a body, a query, a key or a token. */
export type ServiceLog = {
  readonly faults: FaultLog;
  readonly answered: (answered: Answered) => void;
};

export type ServiceLogOptions = {
  readonly form: LogForm;
  /** Receives a line with its line feed. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
};

/** Opens the log of a service. */
export async function openServiceLog({ form, write, clock }: ServiceLogOptions): Promise<ServiceLog> {
  if (form === 'text') {
    const put = (line: string): void => write(visible(withoutSecrets(line)));
    return { faults: openFaultLog({ write: put, clock }), answered: () => undefined };
  }
  // Loaded only when wanted, since every command imports this file.
  const { pino } = await import('pino');
  const put = (line: string): void => write(visibleJson(withoutSecrets(line)));
  const log = pino({ base: null, messageKey: 'message', timestamp: () => isoTime(clock()) }, { write: put });
  return {
    faults: openFaultLog({ write: (_, fault) => log.error(fault), clock }),
    answered({ status, durationMs, isBroken, ...about }) {
      const line = { ...about, status, durationMs: Math.round(10 * durationMs) / 10, ...(isBroken && { isBroken }) };
      log[status >= 500 ? 'error' : 'info'](line, 'answered');
    },
  };
}

function isoTime(time: number): string {
  return `,"time":"${new Date(time).toISOString()}"`;
}
