import { expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { parseOrigins } from '../../src/http/securityHeaders.ts';
import { given } from '../helpers/given.ts';

/** What a browser is told about every answer. */

const preflight = {
  method: 'OPTIONS',
  headers: {
    Origin: 'https://desk.example',
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization',
  },
};

test('every answer has the headers of safety, whatever its status and form', async () => {
  const app = createApp(given());
  for (const path of ['/', '/commitments', '/health', '/reference', '/nowhere', '/commitments?size=7']) {
    for (const Accept of ['text/html', 'application/json']) {
      const { headers } = await app.request(path, { headers: { Accept } });
      expect([path, Accept, headers.get('X-Content-Type-Options'), headers.get('X-Frame-Options')]).toEqual([
        path,
        Accept,
        'nosniff',
        'DENY',
      ]);
      expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
      expect(headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
      expect(headers.get('Referrer-Policy')).toBe(
        Accept === 'text/html' && path !== '/health' && path !== '/reference' ? 'same-origin' : 'no-referrer',
      );
      expect(headers.has('Strict-Transport-Security')).toBe(false);
    }
  }
});

test('only where the service is reached over TLS a browser is told to stay there', async () => {
  for (const [publicUrl, expected] of [
    ['https://ledger.example', 'max-age=31536000'],
    ['http://ledger.example', null],
  ] as const) {
    const { headers } = await createApp({ ...given(), site: { publicUrl } }).request('/health');
    expect([publicUrl, headers.get('Strict-Transport-Security')]).toEqual([publicUrl, expected]);
  }
});

test('scripts of other sites may ask nothing unless their site is named', async () => {
  const app = createApp(given());
  for (const answer of [
    await app.request('/commitments', { headers: { Origin: 'https://desk.example' } }),
    await app.request('/commitments', preflight),
  ])
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('scripts of a site that is named may ask with a key, never with a cookie', async () => {
  const app = createApp({ ...given(), origins: ['https://desk.example'] });
  const before = await app.request('/commitments', preflight);
  expect([before.status, before.headers.get('Access-Control-Allow-Origin')]).toEqual([204, 'https://desk.example']);
  expect(before.headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
  const answer = await app.request('/commitments', { headers: { Origin: 'https://desk.example' } });
  expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('https://desk.example');
  expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('ETag');
  expect(answer.headers.has('Access-Control-Allow-Credentials')).toBe(false);
  const other = await app.request('/commitments', { headers: { Origin: 'https://evil.example' } });
  expect(other.headers.has('Access-Control-Allow-Origin')).toBe(false);
});

test.each(['*', 'desk.example', 'https://desk.example/', 'https://desk.example/path', '', 'https://a.example,,'])(
  '--cors %s is refused at the start',
  (text) => {
    expect(() => parseOrigins(text)).toThrow('expected --cors to be origins');
  },
);

test('several origins are separated by commas', () => {
  expect(parseOrigins('https://a.example, http://localhost:3000')).toEqual(['https://a.example', 'http://localhost:3000']);
});
