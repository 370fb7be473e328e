import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Proxy {
  /** Host and port, as a browser is told them. */
  readonly address: string;
  close(): void;
}

/** Takes whatever host is asked for as this machine: for a browser that cannot be told where a host is. */
export async function openProxy(): Promise<Proxy> {
  const server = createServer((asked, reply) => {
    const { port, pathname, search } = new URL(asked.url ?? '');
    const { method = 'GET', headers } = asked;
    const passed = request({ host: '127.0.0.1', port, method, path: pathname + search, headers });
    passed.on('response', (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    // Whoever leaves on one side is gone on the other.
    passed.on('error', () => reply.destroy());
    reply.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
