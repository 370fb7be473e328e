import { Agent, request } from 'node:http';
import type { CaseServer } from './case-server.js';

type Remote<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : Methods[Name];
};

/** The server of a case as its client's process sees it: the same methods, each a round trip. */
export type RemoteServer = Remote<CaseServer>;

/** Opens a server under a name of its own in the host process that listens on `controlPort`. */
export async function openServer(
  controlPort: number,
  name: string,
  sendLimit: number,
): Promise<RemoteServer> {
  // Apart from the agents and the fetch that the library under test uses.
  const agent = new Agent({ keepAlive: true });

  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { agent, host: '127.0.0.1', port: controlPort, method: 'POST', path: `/${name}/${method}` },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            if (response.statusCode === 200) resolve(JSON.parse(text));
            else reject(new Error(`${method}: ${text}`));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(args));
    });

  const url = (await call('open', [sendLimit])) as string;
  const methods = Object.keys(METHODS).map((method) => [
    method,
    (...args: readonly unknown[]) => call(method, args),
  ]);
  return { url, ...(Object.fromEntries(methods) as Omit<RemoteServer, 'url'>) };
}

/** Every one of them, which the compiler checks. */
const METHODS: Readonly<Record<Exclude<keyof CaseServer, 'url'>, true>> = {
  signIn: true,
  set: true,
  jump: true,
  revokeAccess: true,
  revokeSessions: true,
  failRefresh: true,
  healRefresh: true,
  plan: true,
  addGate: true,
  reachedGate: true,
  openGate: true,
  bulkReleased: true,
  seen: true,
  tokensIssued: true,
  openElsewhere: true,
  seenElsewhere: true,
  openSockets: true,
  close: true,
};
