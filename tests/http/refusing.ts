import { expect, test } from 'vitest';
import { dollars, spoken } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';

/** Refused over HTTP: each with the problem it answers, and with nothing written. */

export type Api = ReturnType<typeof api>;

export type Case = {
  name: string;
  given?: (a: Api) => Promise<Record<string, string>>;
  send: (ids: Record<string, string>) => unknown;
  headers?: Record<string, string>;
  status: number;
  kind: string;
  pointer?: string;
};

export const usa = { saidBy: [{ actor: 'person:someone', for: 'US' }] };

export const observed = { type: 'observed', ...spoken };

export const pledge = { type: 'pledged', ...spoken };

export const withTerms = (...terms: unknown[]) => ({ ...observed, terms });

export const instrument = { kind: 'note', title: 'Note', date: '2025-08-22', binding: 'no' };

export const tariff = { key: 'rate', kind: 'tariff', to: '15', on: 'goods', text: '15 %' };

export const open = async (a: Api) => ({ id: await a.open() });

export const pledged = async (a: Api) => {
  const id = await a.open();
  return {
    id,
    pledge: await a.say(id, 'pledged', { terms: [dollars('total', '350'), dollars('ships', '150', { partOf: 'total' })] }),
  };
};

/** A test for each case: it answers its problem, nothing is written, and the problem has a page. */
export function refusesEach(cases: readonly Case[]): void {
  test.each(cases)('refuses $name', async ({ given: prepare = open, send, headers, status, kind, pointer }) => {
    const a = api();
    const ids = await prepare(a);
    const before = await a.size();
    const answer = await a.send(`/commitments/${ids['id']}/announcements`, send(ids), headers);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { type: `/problems/${kind}`, status } });
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    if (pointer !== undefined) expect(answer.body.errors.map((one) => one.pointer)).toContain(pointer);
    expect(await a.size()).toBe(before);
    expect(a.faults).toEqual([]);
    expect((await a.get(`/problems/${kind}`)).status).toBe(200);
  });
}
