import { sent } from '../faults/service.ts';
import { type Attack, hold } from './attack.ts';

export const attacks: readonly Attack[] = [
  {
    name: 'a body that is no JSON, one of 1 MiB, one without a source',
    run: async ({ service }) => {
      const headers = { 'Content-Type': 'application/json' };
      const answers = [];
      for (const body of ['{"title":', `{"title":"${'a'.repeat(1024 * 1024)}"}`, JSON.stringify({ title: 'No source' })]) {
        answers.push((await fetch(`${service.url}/commitments`, { method: 'POST', headers, body })).status);
      }
      hold(JSON.stringify(answers) === '[400,413,400]', 'the statuses 400, 413 and 400', answers);
      const { body } = await service.get('/ready');
      hold(body['size'] === 0, 'nothing recorded', body);
      return 'refused with 400, 413 and 400, and nothing was written';
    },
  },
  {
    name: 'the same id with another body',
    run: async ({ service }) => {
      const first = sent('01K7000000ATTACK0000000001', '01K7000000ATTACK0000000002');
      hold((await service.post('/commitments', first)).status === 201, 'the first to be recorded', 'a refusal');
      const { status } = await service.post('/commitments', { ...first, title: 'Another title' });
      hold(status === 409, 'a conflict (409)', status);
      return 'a conflict, and the first stands';
    },
  },
];
