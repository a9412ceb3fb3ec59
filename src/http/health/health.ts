import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { definitionsIn } from '../../read/definitions.ts';
import { aheadOfClock } from '../../read/clock.ts';
import { Audit } from '../../read/audit.ts';
import { whyOf } from '../../store/faults.ts';
import { rootText } from '../../proof/tree.ts';
import { settleCut } from '../../read/queries.ts';
import { viewAt, ViewFault } from '../../read/viewAt.ts';
import type { Context } from '../context.ts';
import { notReady, problemResponses } from '../problems.ts';

const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Alive',
  responses: {
    200: { description: 'Alive', content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } } },
  },
});

const readiness = z.object({
  status: z.literal('ready'),
  size: z.int(),
  checkpoint: z.int(),
  root: z
    .string()
    .describe('Of the Merkle tree (RFC 6962, SHA-256) over the first `checkpoint` lines of the export, in base64: keep it'),
  behindMs: z
    .int()
    .nullable()
    .describe('How long ago this instance last held all that others had recorded; 0: it does now, null: never yet'),
  findings: z
    .array(z.string())
    .describe('What the store holds that is no part of the ledger, and which commitments cannot be folded'),
});

const ready = createRoute({
  method: 'get',
  path: '/ready',
  summary: 'Caught up and able to write; if not, which part is not, and why',
  responses: {
    200: {
      description: 'Ready',
      content: { 'application/json': { schema: readiness } },
    },
    ...problemResponses(503),
  },
});

/** Adds the addresses of health and readiness. Returns a function that records an error met by an answer. */
export function addHealth(app: OpenAPIHono, { reader, proofs, logError }: Context): (error: unknown) => void {
  const { log, readModel, clock } = reader;
  const audit = new Audit(reader);
  const failedViews = new Set<string>();
  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));
  app.openapi(ready, async (c) => {
    const parts: { part: string; detail: string }[] = [];
    const attempt = async (part: string, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        logError?.(error);
        parts.push({ part, detail: whyOf(error) });
      }
    };
    let size: number | undefined;
    let lookOn: (() => void) | undefined;
    const { behindMs, findings: ofLog } = await log.condition();
    const findings = [...ofLog];
    await attempt('log', async () => {
      size = await log.size();
      // An empty append takes the same path as every append, and leaves nothing behind.
      await log.append('', -1, []);
    });
    await attempt('clock', async () => {
      const detail = size === undefined ? undefined : await aheadOfClock(log, clock());
      if (detail !== undefined) parts.push({ part: 'clock', detail });
    });
    await attempt('read model', async () => {
      if (size === undefined) return;
      await readModel.catchUp(size);
      findings.push(...(await readModel.unfoldable()));
    });
    await attempt('log', async () => {
      if (size === undefined) return;
      lookOn = (await audit.beforeAnswer(size, auditMs)).after;
      parts.push(...(await audit.findings()));
      for (const detail of await readModel.flaws()) parts.push({ part: 'read model', detail });
    });
    await attempt('proof', async () => {
      // Faults of the store are already reported.
      if (size === undefined || parts.length > 0) return;
      for (const detail of (await proofs?.findings()) ?? []) parts.push({ part: 'proof', detail });
    });
    for (const view of definitionsIn(reader).views.filter(({ name }) => failedViews.has(name))) {
      await attempt(`view ${view.name}`, async () => {
        const cut = await settleCut(reader, {});
        if (!('detail' in cut)) await viewAt(reader, view, cut);
        failedViews.delete(view.name);
      });
    }
    if (behindMs === null || behindMs > maxBehindMs) parts.push({ part: 'log', detail: behindInWords(behindMs) });
    lookOn?.();
    if (parts.length > 0) throw notReady(parts);
    const { size: checkpoint, root } = readModel.root();
    const body = { status: 'ready' as const, size: size ?? 0, checkpoint, root: rootText(root), behindMs, findings };
    return c.json(body, 200);
  });
  return (error) => {
    if (error instanceof ViewFault) failedViews.add(error.view);
  };
}

/** How long each request continues the audit of the log and the read model. */
const auditMs = 20;

/** While others record, a part is always on its way. */
const maxBehindMs = 1000;

function behindInWords(behindMs: number | null): string {
  if (behindMs === null) return 'expected all that is recorded, found that it is still being fetched';
  return `expected all that is recorded, found what was recorded ${Math.ceil(behindMs / 1000)} s ago`;
}
