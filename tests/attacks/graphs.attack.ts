import { type Attack, hold, slowestHealth, type Target } from './attack.ts';

const spoken = {
  happened: '2025-08-22',
  saidBy: [{ actor: 'KR' }],
  sources: [{ publisher: 'The Gazette', url: 'https://gazette.example/1' }],
};

/** The n-th id of a group of ids. */
function idOf(group: string, n: number): string {
  return `01K7${group}${String(n).padStart(22 - group.length, '0')}`;
}

function dollars(key: string, deadline?: string): Record<string, string> {
  const figure = { key, kind: 'money', qualifier: 'exact', min: '1', max: '1', currency: 'USD', text: '$1' };
  return deadline === undefined ? figure : { ...figure, deadline };
}

/** Posts many bodies, eight at a time, and holds that each is recorded. */
async function postAll({ service }: Target, requests: readonly { path: string; body: unknown }[]): Promise<void> {
  const left = [...requests].toReversed();
  const sender = async (): Promise<void> => {
    for (let one = left.pop(); one; one = left.pop()) {
      const { status } = await service.post(one.path, one.body);
      hold(status === 201, `${one.path} to be recorded (201)`, status);
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
}

type Shape = { readonly group: string; readonly topic: string; readonly count: number };

/** Commitments of one dollar each, linked as `linksOf` says. */
async function openLinked(target: Target, { group, topic, count }: Shape, linksOf: (n: number) => object): Promise<void> {
  const requests = Array.from({ length: count }, (_, n) => ({
    path: '/commitments',
    body: {
      id: idOf(group, n),
      title: `Part ${n}`,
      topic,
      from: ['KR'],
      to: ['US'],
      links: linksOf(n),
      announcement: { type: 'pledged', ...spoken, terms: [dollars('total')] },
    },
  }));
  await postAll(target, requests);
}

type Totals = { totals: { min: string; counted: unknown[]; leftOut: unknown[] }[] };

/** Asks for a view, holds that it counts one of so many, and says how long it and the slowest `GET /health` beside it took. */
async function countsOne({ service }: Target, view: string, count: number): Promise<string> {
  let answer: Totals | undefined;
  const started = performance.now();
  const slowest = await slowestHealth(service, async () => {
    answer = (await (await fetch(`${service.url}/views/${view}`)).json()) as Totals;
  });
  const took = performance.now() - started;
  const [row] = answer?.totals ?? [];
  hold(row?.min === '1' && row.leftOut.length === count - 1, `1 dollar counted and ${count - 1} parts left out`, row?.min);
  hold(took < 5000, 'the view in less than 5 s', `${took.toFixed(0)} ms`);
  hold(slowest < 250, 'GET /health within 250 ms meanwhile', `${slowest.toFixed(0)} ms`);
  return `one counts; the view took ${took.toFixed(0)} ms, and GET /health at most ${slowest.toFixed(0)} ms`;
}

export const attacks: readonly Attack[] = [
  {
    name: 'three hundred commitments in a circle of partOf',
    run: async (target) => {
      const shape = { group: 'C', topic: 'trade/circle', count: 300 };
      await openLinked(target, shape, (n) => ({ partOf: [idOf('C', (n + 1) % shape.count)] }));
      return countsOne(target, 'trade-terms', shape.count);
    },
  },
  {
    name: 'a chain of 1,500, each part of one that is opened after it',
    run: async (target) => {
      const shape = { group: 'D', topic: 'alliance/chain', count: 1500 };
      await openLinked(target, shape, (n) => (n === shape.count - 1 ? {} : { partOf: [idOf('D', n + 1)] }));
      return countsOne(target, 'alliance-costs', shape.count);
    },
  },
  {
    name: 'five hundred deadlines of one commitment, each of its own day, and its history',
    run: async (target) => {
      const { service } = target;
      const id = idOf('E', 0);
      const dayOf = (n: number): string => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
      const said = (n: number): object => ({
        type: n === 0 ? 'pledged' : 'amended',
        ...spoken,
        happened: dayOf(n),
        terms: [dollars(`k${n}`, dayOf(n + 5))],
      });
      const opening = { id, title: 'Deadlines', topic: 'japan/deadlines', from: ['KR'], to: ['JP'], announcement: said(0) };
      await postAll(target, [{ path: '/commitments', body: opening }]);
      const path = `/commitments/${id}/announcements`;
      for (let n = 1; n < 500; n++) await postAll(target, [{ path, body: said(n) }]);
      const started = performance.now();
      const slowest = await slowestHealth(service, async () => {
        for (const address of ['/views/japan-cooperation', `/commitments/${id}`, `/commitments/${id}/history`]) {
          const { status } = await fetch(service.url + address).then(async (answer) => (await answer.text(), answer));
          hold(status === 200, `${address} to answer 200`, status);
        }
      });
      const took = performance.now() - started;
      hold(took < 5000, 'all three in less than 5 s', `${took.toFixed(0)} ms`);
      hold(slowest < 250, 'GET /health within 250 ms meanwhile', `${slowest.toFixed(0)} ms`);
      return `the view, the record and the history took ${took.toFixed(0)} ms, and GET /health at most ${slowest.toFixed(0)} ms`;
    },
  },
];
