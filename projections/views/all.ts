import { z } from 'zod';
import { tariff, tariffsOf } from '../tariffs.ts';
import { defineView } from './view.ts';

/** Every commitment of the ledger, of whichever topic: its line, its tariffs, and what all of them add up to. */
export const all = defineView({
  name: 'all',
  title: 'Everything',
  topic: '',
  shape: { tariffs: z.array(tariff) },
  project: (commitments) => ({ tariffs: commitments.flatMap(tariffsOf) }),
});
