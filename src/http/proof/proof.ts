import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import { patternString, ulid } from '../../../domain/codes.ts';
import { Proofs, type Refusal } from '../../proof/proofs.ts';
import { tagBytes } from '../caching.ts';
import type { Context } from '../context.ts';
import { bareFrame } from '../page/frame.ts';
import { send } from '../page/shell.ts';
import { problemResponses, refusal } from '../problems.ts';
import { proofPage } from './proofPage.ts';

const size = patternString('a number of events', /^[1-9]\d{0,14}$/);
const plain = { 'text/plain': { schema: z.string() } };

const checkpoint = createRoute({
  method: 'get',
  path: '/proof/checkpoint',
  summary: 'A signed checkpoint of the ledger: keep it, and nobody can change what it covers without your noticing',
  request: { query: z.strictObject({ size: size.optional().describe('Of its first events; by default of all') }) },
  responses: {
    200: { description: 'The checkpoint (c2sp.org/tlog-checkpoint), a signed note', content: plain },
    ...problemResponses(400, 404),
  },
});

const key = createRoute({
  method: 'get',
  path: '/proof/key',
  summary: 'The key by which checkpoints are verified',
  responses: {
    200: { description: 'The verifier key (c2sp.org/signed-note)', content: plain },
    ...problemResponses(404),
  },
});

/** The proof that an event is in the ledger. */
export const eventProof = z.object({
  event: z.string(),
  sequence: z.int(),
  size: z.int().describe('Of how many events the checkpoint in the proof is'),
  line: z.string().describe('The line of the export, without its line feed: what is proven'),
  proof: z.string().describe('c2sp.org/tlog-proof, with the checkpoint'),
});

const event = createRoute({
  method: 'get',
  path: '/proof/events/{id}',
  summary: 'The proof that an event is in the ledger; with Accept: text/plain, as a file of its own',
  request: {
    params: z.object({ id: ulid }),
    query: z.strictObject({
      size: size
        .optional()
        .describe('Under the checkpoint of this number of events; by default the newest that is signed and covers it'),
    }),
  },
  responses: {
    200: { description: 'The proof', content: { 'application/json': { schema: eventProof }, ...plain } },
    ...problemResponses(400, 404),
  },
});

/** The proof that one size of the ledger is the beginning of another. */
export const consistencyProof = z.object({
  from: z.int(),
  to: z.int(),
  hashes: z.array(z.string()).describe('RFC 6962, section 2.1.2, base64'),
});

const consistency = createRoute({
  method: 'get',
  path: '/proof/consistency',
  summary: 'The proof that the first `from` events are the beginning of the first `to`',
  request: { query: z.strictObject({ from: size, to: size.optional().describe('By default all events') }) },
  responses: {
    200: { description: 'The proof', content: { 'application/json': { schema: consistencyProof } } },
    ...problemResponses(400, 404),
  },
});

/** Adds the addresses that prove that nothing was edited. Without `proofs` nothing is signed. */
export function addProof(app: OpenAPIHono, { reader, proofs = new Proofs({ log: reader.log }) }: Context): void {
  const { log } = reader;
  app.get('/proof', async (c) => send(c, await proofPage(proofs, await bareFrame(reader))));
  app.openapi(checkpoint, async (c) => {
    const asked = c.req.valid('query').size;
    const { note } = unlessRefused(await proofs.checkpoint(asked === undefined ? undefined : Number(asked)));
    return asText(c, note);
  });
  app.openapi(key, async (c) => {
    const found = proofs.key();
    if (found === undefined) throw refusal('not-found', 'expected a key that signs checkpoints, found none');
    return asText(c, `${found}\n`);
  });
  app.openapi(event, async (c) => {
    const asked = c.req.valid('query').size;
    const proven = unlessRefused(await proofs.event(c.req.valid('param').id, asked === undefined ? undefined : Number(asked)));
    c.header('Vary', 'Accept');
    if (c.req.header('Accept') === 'text/plain') return asText(c, proven.proof);
    tagBytes(c, proven.proof);
    return c.json(proven, 200);
  });
  app.openapi(consistency, async (c) => {
    const { from, to } = c.req.valid('query');
    const proof = unlessRefused(await proofs.consistency(Number(from), to === undefined ? await log.size() : Number(to)));
    tagBytes(c, JSON.stringify(proof));
    return c.json({ ...proof, hashes: [...proof.hashes] }, 200);
  });
}

function asText(c: Request, text: string) {
  tagBytes(c, text);
  return c.text(text, 200, { 'Content-Type': 'text/plain; charset=utf-8' });
}

const kinds = { unknown: 'not-known-at-cut', 'no-key': 'not-found', inconsistent: 'log-changed' } as const;

function unlessRefused<T extends object>(answer: T | Refusal): T {
  if ('refused' in answer) throw refusal(kinds[answer.refused], answer.detail);
  return answer;
}
