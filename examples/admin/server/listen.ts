import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

export interface Listening {
  readonly origin: string;
  close(): Promise<void>;
}

type Handler = Parameters<typeof createAdaptorServer>[0]['fetch'];

const MOST_TRIES = 20;

/** Listens on loopback alone, on `port` or, while that is taken, on the next one. Port 0 is any free one. */
export async function listen(fetch: Handler, port: number): Promise<Listening> {
  for (let candidate = port; ; candidate += 1) {
    const server = createAdaptorServer({ fetch });
    server.listen(candidate, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (taken && candidate < port + MOST_TRIES) continue;
      throw error;
    }
    const { port: found } = server.address() as AddressInfo;
    return {
      origin: `http://127.0.0.1:${found}`,
      async close() {
        const closed = once(server, 'close');
        server.close();
        if ('closeAllConnections' in server) server.closeAllConnections();
        await closed;
      },
    };
  }
}
