/** The longest answer of a ledger, in bytes. A string in memory could hold only twice as much. */
const maxAnswer = 256 * 1024 * 1024;

/** The body of a response as text. Throws when it is longer than an answer may be, no UTF-8, or breaks off. */
export async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > maxAnswer) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Error('expected a whole answer, found one that broke off', { cause: error });
  }
  if (length > maxAnswer) throw new Error('expected an answer of at most 256 MiB, found a longer one');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new Error('expected an answer in UTF-8, found other bytes', { cause: error });
  }
}
