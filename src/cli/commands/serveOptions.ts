import { Option } from 'commander';
import { roles } from '../../people/roles.ts';
import { logForms } from '../serviceLog.ts';
import { seconds, wholeNumber } from './options.ts';

/** The options of `ledger serve`, by what they are about. */

/** How many lookups one caller may ask for in a minute, off loopback, unless --max-per-minute says otherwise. */
export const defaultPerMinute = 1200;

/** Where the service is reached. */
export function addressOptions(): Option[] {
  return [
    new Option('--host <address>', 'address to listen on').default('127.0.0.1').env('LEDGER_HOST'),
    new Option('--port <number>', 'port to listen on').argParser(wholeNumber).default(4680).env('LEDGER_PORT'),
    new Option(
      '--public-url <address>',
      'where others reach the service, https://ledger.example: makes its links, and its host is taken',
    ).env('LEDGER_PUBLIC_URL'),
    new Option(
      '--trusted-proxy <addresses>',
      'proxies whose X-Forwarded-Host and -Proto are believed, 10.0.0.7 or 10.0.0.0/24, separated by commas',
    ).env('LEDGER_TRUSTED_PROXY'),
    new Option('--keep-alive <seconds>', 'how long a connection waits for a next request; longer than a proxy in front')
      .argParser(seconds)
      .default(75)
      .env('LEDGER_KEEP_ALIVE'),
  ];
}

/** Who may ask, how much, and what is logged of it. */
export function guardOptions(): Option[] {
  return [
    new Option('--review', 'what is sent waits as a draft until someone else with the role review records it').env(
      'LEDGER_REVIEW',
    ),
    new Option('--open', 'anyone may read without a key; to record needs one').env('LEDGER_OPEN'),
    new Option(
      '--max-per-minute <n>',
      `lookups that one key or address may ask for in a minute, and a share of it of dearer requests; 0: no limit (default: ${defaultPerMinute}, on loopback 0)`,
    )
      .argParser(wholeNumber)
      .env('LEDGER_MAX_PER_MINUTE'),
    new Option(
      '--cors <origins>',
      'other sites whose scripts may ask, with a key, https://desk.example, separated by commas',
    ).env('LEDGER_CORS'),
    new Option('--log <form>', 'the service’s own log: text, of faults alone, or json, a line for each request too')
      .choices(logForms)
      .default('text')
      .env('LEDGER_LOG'),
  ];
}

/** The identity provider whose tokens are taken. */
export function providerOptions(): Option[] {
  return [
    new Option('--oidc-issuer <address>', 'an OpenID Connect provider whose bearer tokens are taken beside keys').env(
      'LEDGER_OIDC_ISSUER',
    ),
    new Option('--oidc-audience <name>', 'for whom its tokens must be made out').env('LEDGER_OIDC_AUDIENCE'),
    new Option('--oidc-name-claim <name>', 'the claim that is recorded as who recorded; never another person’s')
      .default('sub')
      .env('LEDGER_OIDC_NAME_CLAIM'),
    new Option('--oidc-groups-claim <name>', 'the claim with the groups, or a path such as realm_access.roles')
      .default('groups')
      .env('LEDGER_OIDC_GROUPS_CLAIM'),
    new Option('--oidc-roles <pairs>', `which role a group has, GROUP=ROLE (${roles.join(', ')}), separated by commas`).env(
      'LEDGER_OIDC_ROLES',
    ),
  ];
}
