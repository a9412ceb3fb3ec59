import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';

export type Listening = {
  /** Where it answers: `http://127.0.0.1:4680`. */
  readonly url: string;
  /** Takes no new requests, lets those in flight finish for at most five seconds, and ends. */
  close(): Promise<void>;
};

const graceMs = 4000;

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
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => answerGarbage(error, socket));
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      // A connection that is kept alive becomes idle when its request in flight is answered.
      const idle = setInterval(() => server.closeIdleConnections(), 100);
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(force);
    },
  };
}

/** What is no HTTP is answered as a problem too, where the connection still takes an answer. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const body = JSON.stringify({
    type: '/problems/bad-request',
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail: 'expected an HTTP/1.1 request, found something else',
  });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
