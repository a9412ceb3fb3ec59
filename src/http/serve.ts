import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { closing } from './problems.ts';

export type Listening = {
  /** Where it answers: `http://127.0.0.1:4680`. */
  readonly url: string;
  /** Takes no new requests, lets those in flight finish for at most five seconds, and ends. */
  close(): Promise<void>;
};

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** How long a connection may take to say what it asks for; ten seconds unless given. */
  readonly headersTimeoutMs?: number;
  /** How long a whole request may take to arrive, its body included; 30 seconds unless given. */
  readonly requestTimeoutMs?: number;
};

const graceMs = 4000;

/** Serves an app over HTTP. Port 0: any free one. Rejects with the system's error, such as EADDRINUSE. */
export async function listen(app: OpenAPIHono, options: ListenOptions): Promise<Listening> {
  const { host, port, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  let ends = false;
  const server = createAdaptorServer({
    fetch: (request, env) => (ends ? closing().getResponse() : app.fetch(request, env)),
    // A connection that says nothing, or a body that trickles, does not hold the service.
    serverOptions: {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: Math.min(1000, headersTimeoutMs),
    },
  }) as Server;
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const inFlight = new Set<ServerResponse>();
  server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => answerGarbage(error, socket));
  server.listen({ port, host, backlog: 4096 });
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async close() {
      const closed = once(server, 'close');
      ends = true;
      server.close();
      // Whoever is still to be answered is told not to send more on this connection.
      for (const response of inFlight) if (!response.headersSent) response.setHeader('Connection', 'close');
      // A connection without a request in flight says nothing that is still heard.
      const leave = (): void => {
        const busy = new Set([...inFlight].map(({ socket }) => socket));
        for (const socket of connections) if (!busy.has(socket)) socket.destroy();
      };
      leave();
      const leaving = setInterval(leave, 100);
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(leaving);
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
    // Who never hangs up would else keep the connection; who does is given time to read why.
    () => setTimeout(() => socket.destroy(), 1000).unref(),
  );
}
