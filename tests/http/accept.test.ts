import { expect, test } from 'vitest';
import { preferred, prefersPage } from '../../src/http/accept.ts';

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', true],
  ['text/html', true],
  ['text/html, */*', true],
  ['text/*', true],
  ['text/html;q=0.9, application/json;q=0.8', true],
  ['TEXT/HTML ; Q=1', true],
  ['*/*', false],
  [undefined, false],
  ['', false],
  ['application/json', false],
  ['application/json, text/html', false],
  ['text/html, application/json', false],
  ['text/html;q=0.8, application/json;q=0.9', false],
  ['text/html;q=0, */*', false],
  ['text/html;q=nonsense', false],
  ['application/atom+xml, text/html;q=0.5', false],
  ['application/*, text/html;q=0.9', false],
  ['text/event-stream', false],
  ['garbage', false],
])('Accept: %s asks for a page: %s', (accept, expected) => {
  expect(prefersPage(accept)).toBe(expected);
});

test('what is named outright wins over what only a wildcard takes, and nothing acceptable is nothing', () => {
  expect(preferred('text/*;q=0.5, text/html;q=0.1', ['text/html', 'text/plain'])).toBe('text/plain');
  expect(preferred('image/png', ['application/json', 'text/html'])).toBeUndefined();
});
