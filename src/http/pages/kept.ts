import type { Context as Request } from 'hono';
import type { Reader } from '../../queries.ts';
import { type Bytes, sharedAnswers } from '../answers.ts';
import { type Html, sent } from './html.ts';
import type { Frame } from './shell.ts';

const maxBytes = 16 * 1024 * 1024;

/**
 * Keeps the last pages as they were sent, up to 16 MiB of them: the same address at the same cut of the same ledger is the same
 * page for ever. A read model that was mended counts too. Whoever asks for a page that is being made waits for the same one.
 */
export function keptPages({ readModel }: Pick<Reader, 'readModel'>) {
  const answers = sharedAnswers(maxBytes);
  return (c: Request, { cut }: Frame, make: () => Promise<Html>): Promise<Bytes> => {
    const key = JSON.stringify([c.req.url, cut?.asOf, cut?.size, readModel.version()]);
    return answers.of(key, c.req.raw.signal, async () => Buffer.from(await sent(await make())));
  };
}
