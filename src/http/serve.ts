import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';

export type Listening = {
  /** Where it answers: `http://127.0.0.1:4680`. */
  readonly url: string;
  /** Takes no new requests, lets those in flight finish for at most five seconds, and ends. */
  close(): Promise<void>;
};

const graceMs = 5000;

/** Serves an app over HTTP. Port 0: any free one. Rejects with the system's error, such as EADDRINUSE. */
export async function listen(app: OpenAPIHono, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    // A connection that says nothing, or a body that trickles, does not hold the service.
    serverOptions: {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: 1000,
    },
  }) as Server;
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(force);
    },
  };
}
