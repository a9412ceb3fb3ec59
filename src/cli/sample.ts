import { join } from 'node:path';

const inData = (file: string): string => join(import.meta.dirname, '../data', file);

/** The real input that the project ships: the news of 22 August 2025, and what followed until 30 September. */
export const summitFiles = ['summit-2025-08.ndjson', 'summit-2025-09-aftermath.ndjson'].map(inData);

/** The ledger of another desk, made by others from public texts: trade and defence deals, 2014 to 2026. */
const secondDeskFile = inData('second-desk.ndjson');

/** What `ledger demo` can show: the name of each ledger and its files. */
export const samples = {
  'korean-summits': { ledger: '/ledgers/korea-2025', files: summitFiles },
  'second-desk': { ledger: '/ledgers/second-desk', files: [secondDeskFile] },
} as const;
export type Sample = keyof typeof samples;
