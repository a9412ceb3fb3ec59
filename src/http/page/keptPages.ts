import type { Context as Request } from 'hono';
import { definitionsIn } from '../../read/definitions.ts';
import type { Reader } from '../../read/queries.ts';
import { type Bytes, sharedAnswers } from '../sharedAnswers.ts';
import { type Html, sent } from './html.ts';
import type { Frame } from './shell.ts';

const maxBytes = 16 * 1024 * 1024;

/**
 * Caches the last pages as sent, up to 16 MiB: the same address at the same cut of the same ledger is the same page for ever,
 * unless the read model was repaired. Requests for a page that is being made share it. `also`: what else the page depends on.
 */
export function keptPages(reader: Pick<Reader, 'readModel' | 'definitions'>) {
  const answers = sharedAnswers<Bytes>(maxBytes, ({ length }) => length);
  return (
    c: Request,
    { cut }: Pick<Frame, 'cut'>,
    make: () => Promise<Html>,
    also: readonly unknown[] = [],
  ): Promise<Bytes> => {
    const key = JSON.stringify([
      c.req.url,
      cut?.asOf,
      cut?.size,
      reader.readModel.version(),
      definitionsIn(reader).digest,
      ...also,
    ]);
    return answers.of(key, c.req.raw.signal, async () => Buffer.from(await sent(await make())));
  };
}
