import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { maxBody } from './bodies.ts';
import { drainAfter, endStalled } from './connections.ts';
import { cameIn } from '../turns.ts';
import { isWildcard } from './hosts.ts';
import { closing, type HttpProblem, refusal } from './problems.ts';

export type Listening = {
  /** The address at which it answers: `http://127.0.0.1:4680`. */
  readonly url: string;
  /** Accepts no new requests, lets those in flight finish for at most five seconds, and ends. */
  close(): Promise<void>;
};

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** How long the headers of a request may take to arrive; ten seconds by default. */
  readonly headersTimeoutMs?: number;
  /** How long a whole request may take to arrive, its body included; 30 seconds by default. */
  readonly requestTimeoutMs?: number;
  /** How long an idle connection stays open; 75 seconds by default, which is longer than load balancers keep theirs. */
  readonly keepAliveMs?: number | undefined;
  /** How long a reader may leave a waiting answer unread; 30 seconds by default. */
  readonly stallTimeoutMs?: number;
  /** How long the rest of a body is read after its answer, so that its sender can read the answer; ten seconds by default. */
  readonly drainTimeoutMs?: number;
};

const graceMs = 4000;

/** Serves an app over HTTP. Port 0: any free one. Rejects with the system's error, such as EADDRINUSE. */
export async function listen(app: OpenAPIHono, options: ListenOptions): Promise<Listening> {
  const { host, port, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const { keepAliveMs = 75_000, stallTimeoutMs = 30_000, drainTimeoutMs = 10_000 } = options;
  let ends = false;
  const answer = getRequestListener((request, env) => (ends ? closing().getResponse() : app.fetch(request, env)), {
    errorHandler: answerUnread,
    autoCleanupIncoming: false,
  });
  // A silent connection, or a body that trickles in, must not tie up the service.
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // A proxy in front must close first; otherwise it sends a request just as the connection is closed here (502).
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(1000, headersTimeoutMs),
  };
  // Node would answer a request without `Host` by itself, with an empty body.
  const server = createServer({ ...limits, requireHostHeader: false }, (incoming, outgoing) => {
    // `OPTIONS *` asks about the whole service. It is answered as `OPTIONS /`.
    if (incoming.url === '*' && incoming.method === 'OPTIONS') incoming.url = '/';
    drainAfter(incoming, outgoing, drainTimeoutMs);
    void answer(incoming, outgoing);
  });
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    cameIn();
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const inFlight = new Set<ServerResponse>();
  server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
  });
  endStalled(server, stallTimeoutMs, inFlight);
  answerUnusual(server);
  server.listen({ port, host, backlog: 4096 });
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${reachable(address, family)}:${taken}`,
    async close() {
      ends = true;
      await closeServer(server, inFlight, connections);
    },
  };
}

/** Answers unusual requests: one that asks before its body, a tunnel, and one that is not HTTP. */
function answerUnusual(server: Server): void {
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // A client that asks first learns here that its body is too long, and need not send it.
    if (Number(incoming.headers['content-length'] ?? 0) <= maxBody) outgoing.writeContinue();
    server.emit('request', incoming, outgoing);
  });
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { expect } = incoming.headers;
    void send(outgoing, refusal('expectation-failed', `expected Expect: 100-continue, or none, found ${expect}`).getResponse());
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    endWith(socket, '405 Method Not Allowed', 'method-not-allowed', `expected no tunnel, found CONNECT ${incoming.url}`);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => answerGarbage(error, socket));
}

/** Closes a server. Requests in flight are answered for at most four seconds, and no connection is used again. */
async function closeServer(
  server: Server,
  inFlight: ReadonlySet<ServerResponse>,
  connections: ReadonlySet<Socket>,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Tells clients that still wait for an answer that this connection takes no more requests.
  for (const response of inFlight) if (!response.headersSent) response.setHeader('Connection', 'close');
  // Once no request is in flight, nothing more is read from a connection.
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
}

/** The address to show. Where the service listens on every address, that is this machine's own: nobody can open 0.0.0.0. */
function reachable(address: string, family: string): string {
  if (isWildcard(address)) return family === 'IPv6' ? '[::1]' : '127.0.0.1';
  return family === 'IPv6' ? `[${address}]` : address;
}

/** Answers a request that cannot be read: it names no host, or its host or its target is malformed. */
function answerUnread(error: unknown): Response {
  if (!(error instanceof RequestError)) return refusal('internal', 'expected an answer, found a fault').getResponse();
  const found = error.message.toLowerCase();
  return refusal('bad-request', `expected one Host and a target such as /commitments, found: ${found}`).getResponse();
}

async function send(outgoing: ServerResponse, answer: Response): Promise<void> {
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  outgoing.end(await answer.text());
}

/** Answers bytes that are not HTTP with a problem, where the connection still takes an answer. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    endWith(
      socket,
      '408 Request Timeout',
      'too-slow',
      'expected the whole request in time, found only a part of it, or nothing',
    );
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  endWith(socket, status, 'bad-request', 'expected an HTTP/1.1 request, found something else');
}

/** Answers a connection that has no response object, and closes it. */
function endWith(socket: Duplex, status: string, kind: HttpProblem, detail: string): void {
  const body = JSON.stringify({
    type: `/problems/${kind}`,
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail,
  });
  // A request that came too slowly may be sent again.
  const later = kind === 'too-slow' ? 'Retry-After: 5\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n${later}\r\n${body}`,
    // Closes the connection of a client that never does, after giving it time to read why.
    () => setTimeout(() => socket.destroy(), 1000).unref(),
  );
}
