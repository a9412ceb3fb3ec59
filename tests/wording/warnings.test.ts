import { expect, test } from 'vitest';
import { warningsInWords } from '../../src/wording/warnings.ts';

test('a warning that holds for several terms is one sentence that names them', () => {
  const ran = (term: string, since = '2026-02-06') => ({ warning: 'ran-out', since, term }) as const;
  expect(warningsInWords([ran('warheads'), ran('launchers'), ran('talks', '2026-03-06'), ran('warheads')])).toEqual([
    'its time has run out by 4 Feb 2026 (warheads, launchers)',
    'its time has run out by 4 Mar 2026',
  ]);
  expect(warningsInWords([{ warning: 'quiet', since: '2026-02-06' }])).toEqual([
    'nothing announced for 180 days (since 6 Feb 2026)',
  ]);
});
