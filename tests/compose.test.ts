import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const duration = z.string().regex(/^(\d+h)?(\d+m)?(\d+s)?$/);
const mapping = z.record(
  z.string().regex(/^[A-Z_]+$/),
  z.string({ error: 'expected text: a bare true or 1 is no text in YAML' }),
);
const healthy = z.strictObject({ condition: z.literal('service_healthy') });
const service = z.strictObject({
  profiles: z.array(z.string()).optional(),
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile_inline: z.string() }).optional(),
  pull_policy: z.enum(['always', 'never', 'missing', 'build']).optional(),
  command: z.array(z.string()).optional(),
  environment: mapping,
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  depends_on: z.record(z.string(), healthy).optional(),
  networks: z.strictObject({ cluster: z.strictObject({ ipv4_address: z.ipv4() }) }).optional(),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: duration, timeout: duration, retries: z.int() }),
  stop_grace_period: duration.optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
});
/** The parts of the compose specification that the file uses, each as the specification has it, and nothing else. */
const compose = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.strictObject({
    eventstoredb: service,
    ledger: service,
    node1: service,
    node2: service,
    node3: service,
    service1: service,
    service2: service,
    proxy: service,
  }),
  networks: z.strictObject({
    cluster: z.strictObject({ ipam: z.strictObject({ config: z.array(z.strictObject({ subnet: z.cidrv4() })) }) }),
  }),
  volumes: z.record(z.string(), z.null()),
});

const file: unknown = parse(read('docker-compose.yml'), { merge: true });
const { services, volumes } = compose.parse(file);
const { eventstoredb, ledger, node1, node2, node3, service1, service2, proxy } = services;
const nodes = [node1, node2, node3];
const addressOf = (one: z.infer<typeof service>): string | undefined => one.networks?.cluster.ipv4_address;
const dockerfile = ledger.build?.dockerfile_inline.trimEnd().split('\n') ?? [];
const instructions = (name: string) =>
  dockerfile.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

/** The options of EventStoreDB 23.10.0 in their form as environment variables, without those that it calls deprecated. */
const serverOptions = new Set(
  `ADVERTISE_HOST_TO_CLIENT_AS ADVERTISE_NODE_PORT_TO_CLIENT_AS ADVERTISE_TCP_PORT_TO_CLIENT_AS ALLOW_ANONYMOUS_ENDPOINT_ACCESS
ALLOW_ANONYMOUS_STREAM_ACCESS ALLOW_UNKNOWN_OPTIONS AUTHENTICATION_CONFIG AUTHENTICATION_TYPE AUTHORIZATION_CONFIG
AUTHORIZATION_TYPE CACHED_CHUNKS CERTIFICATE_FILE CERTIFICATE_PASSWORD CERTIFICATE_PRIVATE_KEY_FILE
CERTIFICATE_PRIVATE_KEY_PASSWORD CERTIFICATE_RESERVED_NODE_COMMON_NAME CERTIFICATE_STORE_LOCATION CERTIFICATE_STORE_NAME
CERTIFICATE_SUBJECT_NAME CERTIFICATE_THUMBPRINT CHUNKS_CACHE_SIZE CHUNK_INITIAL_READER_COUNT CHUNK_SIZE CLUSTER_DNS
CLUSTER_GOSSIP_PORT CLUSTER_SIZE COMMIT_TIMEOUT_MS CONFIG CONNECTION_PENDING_SEND_BYTES_THRESHOLD
CONNECTION_QUEUE_SIZE_THRESHOLD DB DB_LOG_FORMAT DEAD_MEMBER_REMOVAL_PERIOD_SEC DEFAULT_ADMIN_PASSWORD DEFAULT_OPS_PASSWORD
DEV DISABLE_ADMIN_UI DISABLE_FIRST_LEVEL_HTTP_AUTHORIZATION DISABLE_GOSSIP_ON_HTTP DISABLE_HTTP_CACHING DISABLE_LOG_FILE
DISABLE_STATS_ON_HTTP DISCOVER_VIA_DNS ENABLE_HISTOGRAMS ENABLE_TRUSTED_AUTH ENABLE_UNIX_SOCKET FAULT_OUT_OF_ORDER_PROJECTIONS
GOSSIP_ALLOWED_DIFFERENCE_MS GOSSIP_INTERVAL_MS GOSSIP_SEED GOSSIP_TIMEOUT_MS HASH_COLLISION_READ_LIMIT INDEX
INDEX_CACHE_DEPTH INDEX_CACHE_SIZE INITIALIZATION_THREADS INSECURE KEEP_ALIVE_INTERVAL KEEP_ALIVE_TIMEOUT
LEADER_ELECTION_TIMEOUT_MS LOG LOG_CONFIG LOG_CONSOLE_FORMAT LOG_FAILED_AUTHENTICATION_ATTEMPTS LOG_FILE_INTERVAL
LOG_FILE_RETENTION_COUNT LOG_FILE_SIZE LOG_HTTP_REQUESTS LOG_LEVEL MAX_APPEND_SIZE MAX_AUTO_MERGE_INDEX_LEVEL
MAX_MEM_TABLE_SIZE MAX_TRUNCATION MEM_DB MIN_FLUSH_DELAY_MS NODE_HEARTBEAT_INTERVAL NODE_HEARTBEAT_TIMEOUT
NODE_HOST_ADVERTISE_AS NODE_IP NODE_PORT NODE_PORT_ADVERTISE_AS NODE_PRIORITY NODE_TCP_PORT NODE_TCP_PORT_ADVERTISE_AS
OVERRIDE_ANONYMOUS_ENDPOINT_ACCESS_FOR_GOSSIP PREPARE_TIMEOUT_MS PROJECTIONS_QUERY_EXPIRY PROJECTION_COMPILATION_TIMEOUT
PROJECTION_EXECUTION_TIMEOUT PROJECTION_THREADS QUORUM_SIZE READER_THREADS_COUNT READ_ONLY_REPLICA REDUCE_FILE_CACHE_PRESSURE
REMOVE_DEV_CERTS REPLICATION_HEARTBEAT_INTERVAL REPLICATION_HEARTBEAT_TIMEOUT REPLICATION_HOST_ADVERTISE_AS REPLICATION_IP
REPLICATION_PORT REPLICATION_TCP_PORT_ADVERTISE_AS RUN_PROJECTIONS SCAVENGE_BACKEND_CACHE_SIZE SCAVENGE_BACKEND_PAGE_SIZE
SCAVENGE_HASH_USERS_CACHE_CAPACITY SCAVENGE_HISTORY_MAX_AGE SKIP_DB_VERIFY SKIP_INDEX_SCAN_ON_READS SKIP_INDEX_VERIFY
START_STANDARD_PROJECTIONS STATS_PERIOD_SEC STATS_STORAGE STREAM_EXISTENCE_FILTER_SIZE STREAM_INFO_CACHE_CAPACITY
TELEMETRY_OPTOUT TRUSTED_ROOT_CERTIFICATES_PATH TRUSTED_ROOT_CERTIFICATE_STORE_LOCATION TRUSTED_ROOT_CERTIFICATE_STORE_NAME
TRUSTED_ROOT_CERTIFICATE_SUBJECT_NAME TRUSTED_ROOT_CERTIFICATE_THUMBPRINT UNBUFFERED UNSAFE_ALLOW_SURPLUS_NODES
USE_INDEX_BLOOM_FILTERS WORKER_THREADS WRITE_STATS_TO_DB WRITE_THROUGH WRITE_TIMEOUT_MS`
    .split(/\s+/)
    .map((name) => `EVENTSTORE_${name}`),
);

const fullSchema = process.env['LEDGER_TEST_COMPOSE_SCHEMA'];
test.skipIf(fullSchema === undefined)(
  'the file keeps to the whole compose specification (LEDGER_TEST_COMPOSE_SCHEMA=path of its compose-spec.json)',
  () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, allErrors: true });
    const validate = ajv.compile(JSON.parse(readFileSync(fullSchema ?? '', 'utf8')) as object);
    validate(file);
    expect(validate.errors).toBeNull();
  },
);

test('the file uses the parts of the compose specification that this test knows, and no others', () => {
  expect(compose.safeParse(file).error?.issues ?? []).toEqual([]);
  expect(Object.entries(services).flatMap(([name, { profiles }]) => (profiles ? [] : name))).toEqual([
    'eventstoredb',
    'ledger',
  ]);
});

test('the server is given no option that it does not know, nor one that it calls deprecated', () => {
  for (const { environment } of [eventstoredb, ...nodes])
    expect(Object.keys(environment).filter((name) => !serverOptions.has(name))).toEqual([]);
  expect(
    ['EVENTSTORE_INT_IP', 'EVENTSTORE_HTTP_PORT', 'EVENTSTORE_EXT_TCP_PORT'].filter((name) => serverOptions.has(name)),
  ).toEqual([]);
});

test('every port is published on the loopback address of the host alone', () => {
  const published = Object.values(services).flatMap(({ ports }) => ports);
  expect(published.length).toBeGreaterThan(0);
  expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
});

test('every image is pinned to one version, and the service runs on the Node that the tests run on', () => {
  const images = new Set([...Object.values(services).flatMap(({ image }) => image ?? []), ...instructions('FROM')]);
  expect(images.size).toBe(3);
  expect([...images].filter((image) => !/^[a-z/]+:\d+\.\d+\.\d+-bookworm(-slim)?$/.test(image))).toEqual([]);
  const { version } = JSON.parse(read('.ci/node/package.json')) as { version: string };
  expect(instructions('FROM')).toEqual([`node:${version}-bookworm-slim`]);
});

test('the service runs as an ordinary user, on a root it cannot write to, without a capability', () => {
  expect([ledger.user, instructions('USER')]).toEqual(['node', ['node']]);
  expect([ledger.read_only, ledger.tmpfs]).toEqual([true, ['/tmp']]);
  for (const { cap_drop, security_opt } of Object.values(services)) {
    expect([cap_drop, security_opt]).toEqual([['ALL'], ['no-new-privileges:true']]);
  }
});

test('the image is installed from the lock file without development dependencies, and the sources need none', async () => {
  const installing = instructions('RUN').filter((line) => /\bnpm\b/.test(line));
  expect(installing).toHaveLength(1);
  expect(installing[0]).toMatch(/^npm ci --omit=dev /);
  type Manifest = Record<'dependencies' | 'optionalDependencies', Record<string, string>>;
  const { dependencies, optionalDependencies } = JSON.parse(read('package.json')) as Manifest;
  const missing = [];
  for (const source of await sources()) {
    // Types are erased, so an `import type` needs nothing at run time.
    for (const [, target = ''] of read(source).matchAll(/^(?!import type).*?(?:from|import\() ?'([^'\n]+)'\)?;$/gm)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;
      if (!target.startsWith('.') && !target.startsWith('node:') && !(name in dependencies || name in optionalDependencies))
        missing.push(`${source}: ${target}`);
    }
  }
  expect(missing).toEqual([]);
});

test('the image has every folder that the sources name, and the build context nothing else', async () => {
  const copied = instructions('COPY').flatMap((line) => line.split(' ').slice(0, -1));
  expect(copied).toEqual(['package.json', 'package-lock.json', 'domain', 'projections', 'src']);
  const named = new Set<string>();
  for (const source of await sources()) {
    for (const [, path = ''] of read(source).matchAll(/'(\.{1,2}\/[^'\n]*)'/g))
      named.add(join(dirname(source), path).split('/')[0] ?? '');
  }
  // The top itself, and what the npm package has in place of the sources.
  for (const name of ['.', 'dist']) named.delete(name);
  expect(named).toContain('domain');
  expect([...named].filter((name) => !copied.includes(name))).toEqual([]);
  const kept = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(new Set(kept)).toEqual(new Set(['*', ...copied.map((name) => `!${name}`)]));
});

test('both are asked whether they are healthy, and the service waits for the server', () => {
  expect(eventstoredb.healthcheck.test.join(' ')).toMatch(/^CMD curl .*http:\/\/127\.0\.0\.1:2113\/health\/live$/);
  expect(ledger.healthcheck.test.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
  expect(ledger.healthcheck.test[3]).toContain("fetch('http://127.0.0.1:4680/ready')");
  expect(ledger.depends_on).toEqual({ eventstoredb: { condition: 'service_healthy' } });
});

test('what is kept lies on volumes with a name', () => {
  const mounted = Object.values(services)
    .flatMap((each) => each.volumes.map((volume) => volume.split(':')[0] ?? ''))
    .filter((source) => !source.startsWith('./'));
  expect(new Set(mounted)).toEqual(new Set(Object.keys(volumes)));
  expect(eventstoredb.volumes).toContain('eventstoredb-data:/var/lib/eventstore');
  expect(ledger.volumes).toEqual([`ledger-data:${ledger.environment['LEDGER_DATA']}`]);
});

test('the service finds the server under the name and port that the file gives it', () => {
  const port = eventstoredb.environment['EVENTSTORE_NODE_PORT'];
  expect(ledger.environment['LEDGER_STORE']).toBe(`esdb://eventstoredb:${port}?tls=false`);
  expect(eventstoredb.environment['EVENTSTORE_INSECURE']).toBe('true');
  expect(eventstoredb.ports).toEqual([`127.0.0.1:2113:${port}`]);
  expect(ledger.command?.slice(0, 4)).toEqual(['node', '--max-semi-space-size=4', 'src/bin.js', 'serve']);
});

describe('the profile cluster', () => {
  test('has three nodes that know each other, with TLS, a certificate each, and a password that stands nowhere in the file', () => {
    const addresses = nodes.map(addressOf);
    expect(new Set(addresses).size).toBe(3);
    for (const { environment, profiles } of nodes) {
      expect(profiles).toEqual(['cluster']);
      expect(environment['EVENTSTORE_CLUSTER_SIZE']).toBe('3');
      expect(environment['EVENTSTORE_GOSSIP_SEED']).toBe(addresses.map((address) => `${address}:2113`).join(','));
      expect(environment['EVENTSTORE_INSECURE']).toBe(undefined);
      expect(environment['EVENTSTORE_DEFAULT_ADMIN_PASSWORD']).toBe('${CLUSTER_PASSWORD:-}');
    }
    for (const option of ['EVENTSTORE_NODE_IP', 'EVENTSTORE_REPLICATION_IP'])
      expect(nodes.map(({ environment }) => environment[option])).toEqual(addresses);
    for (const [index, { volumes: mounts }] of nodes.entries())
      expect(mounts).toEqual([
        `node${index + 1}-data:/var/lib/eventstore`,
        `./cluster/node${index + 1}:/certificates:ro`,
        './cluster/authority:/authority:ro',
      ]);
  });

  test('has two services that differ in their address alone, share a folder, and wait for all nodes', () => {
    const { networks: _, ...one } = service1;
    const { networks: __, ...two } = service2;
    expect(two).toEqual(one);
    expect(one.environment['LEDGER_STORE']).toBe(
      `esdb://admin:\${CLUSTER_PASSWORD:-}@${nodes.map((node) => `${addressOf(node)}:2113`).join(',')}?tlsCAFile=/authority/ca.crt`,
    );
    expect(one.volumes).toContain(`service-data:${one.environment['LEDGER_DATA']}`);
    expect(Object.keys(one.depends_on ?? {})).toEqual(['node1', 'node2', 'node3']);
    expect(one.command?.slice(-2)).toEqual(['--trusted-proxy', addressOf(proxy)]);
    // No key, no reading: it is reached from other machines than its own.
    expect(one.command).not.toContain('--open');
  });

  test('has one address in front, with the configuration that names both services and what it is given', () => {
    const config = read('src/operations/cluster.nginx.conf');
    for (const one of [service1, service2]) expect(config).toContain(`server ${addressOf(one)}:4680;`);
    expect(proxy.ports).toEqual(['127.0.0.1:4443:4443']);
    expect(config).toContain('listen 4443 ssl;');
    const mounts = proxy.volumes.map((volume) => volume.split(':').slice(0, 2));
    expect(mounts).toEqual([
      ['./src/operations/cluster.nginx.conf', '/etc/nginx/nginx.conf'],
      ['./cluster/proxy', '/certificates'],
    ]);
    expect(Object.keys(proxy.depends_on ?? {})).toEqual(['service1', 'service2']);
  });

  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
  test.skipIf(!hasOpenssl)(
    'its script makes an authority, certificates for each address and a password, and nothing twice',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'ledger-cluster-'));
      const run = () => spawnSync('sh', [join(root, 'src/operations/certificates.sh')], { cwd: folder, encoding: 'utf8' });
      try {
        expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' });
        const at = (name: string): string => join(folder, 'cluster', name);
        const authority = new X509Certificate(readFileSync(at('authority/ca.crt')));
        for (const [index, node] of nodes.entries()) {
          const certificate = new X509Certificate(readFileSync(at(`node${index + 1}/node.crt`)));
          expect(certificate.verify(authority.publicKey)).toBe(true);
          expect(certificate.checkIP(addressOf(node) ?? '')).toBe(addressOf(node));
          expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(at(`node${index + 1}/node.key`))))).toBe(true);
        }
        expect(new X509Certificate(readFileSync(at('proxy/proxy.crt'))).checkHost('localhost')).toBe('localhost');
        expect(statSync(join(folder, 'cluster')).mode & 0o077).toBe(0);
        expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(/^CLUSTER_PASSWORD=[0-9a-f]{48}\n$/);
        expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('expected neither ./cluster nor .env') });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

/** Every source file of the service, as a path from the top. */
async function sources(): Promise<string[]> {
  return Array.fromAsync(glob('{src,domain,projections}/**/*.{ts,js}', { cwd: root }));
}
