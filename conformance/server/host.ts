/**
 * The process that case servers live in, apart from the clients: a client that loops for ever cannot stop its server
 * from counting. Prints the port of its control server, then does what requests to it say:
 * `POST /<case>/<method>` with the arguments as a JSON array, where `/<case>/open` makes the server of a case.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCaseServer, type CaseServer } from './case-server.js';

const servers = new Map<string, CaseServer>();

async function perform(name: string, method: string, args: readonly unknown[]): Promise<unknown> {
  if (method === 'open') {
    const server = await createCaseServer(Number(args[0]));
    servers.set(name, server);
    return server.url;
  }
  const server = servers.get(name);
  // The case was stopped at its deadline, and what it still asks for is nobody's concern.
  if (!server) return null;
  if (method === 'close') servers.delete(name);
  return await (server as unknown as Record<string, (...given: readonly unknown[]) => unknown>)[method]?.(
    ...args,
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

const control = createServer((request, response) => {
  const [, name = '', method = ''] = (request.url ?? '').split('/');
  textOf(request)
    .then((text) => perform(name, method, JSON.parse(text) as unknown[]))
    .then(
      (result) => response.end(JSON.stringify(result ?? null)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
});

// Never close an idle connection: somebody may be about to use it.
control.keepAliveTimeout = 0;
control.listen(0, '127.0.0.1', () => process.send?.((control.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
