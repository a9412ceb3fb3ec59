import { join } from 'node:path';

/** The real input that the project ships: the news of 22 August 2025, and what followed until 30 September. */
export const summitFiles = ['summit-2025-08.ndjson', 'summit-2025-09-aftermath.ndjson'].map((file) =>
  join(import.meta.dirname, '../data', file),
);
