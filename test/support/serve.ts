import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { isDroppedAnswer } from '../../src/testing/index.js';

/** Where more connect at once than Node expects, 511, the rest would only try again after a second. */
const BACKLOG = 4_096;

export type ServedRequest = {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
};

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Every request that arrived, in order. */
  readonly requests: readonly ServedRequest[];
  /** Connections that are open now, the idle ones included. */
  readonly openSockets: number;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Puts a handler on a real socket, on any free port or on `port`. A client that leaves aborts `request.signal`; a handler that rejects with a
 * `DroppedAnswerError` has its connection reset.
 */
export async function serve(
  handler: (request: Request) => Promise<Response>,
  port = 0,
): Promise<LoopbackServer> {
  const requests: ServedRequest[] = [];
  const sockets = new Set<Socket>();

  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    async fetch(request, environment) {
      const { incoming, outgoing } = environment as HttpBindings;
      requests.push({ method: request.method, url: incoming.url ?? '', headers: incoming.headers });
      try {
        return await handler(request);
      } catch (error) {
        if (!isDroppedAnswer(error) && !request.signal.aborted) throw error;
        outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
  });
  // Closed after five idle seconds, as Node does, a connection may be used by a client at that very moment.
  Object.assign(server, { keepAliveTimeout: 0 });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen({ port, host: '127.0.0.1', backlog: BACKLOG });
  await once(server, 'listening');
  const { port: found } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${found}`,
    requests,
    get openSockets() {
      return sockets.size;
    },
    async close() {
      server.close();
      await Promise.all(
        [...sockets].map(async (socket) => {
          const closed = once(socket, 'close');
          socket.destroy();
          await closed;
        }),
      );
    },
  };
}
