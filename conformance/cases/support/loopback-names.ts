import dns from 'node:dns';
import { once } from 'node:events';
import { connect } from 'node:net';

/** Runs `task` while every name under `.test`, and `localhost`, is this machine: no lookalike has to be registered. */
export async function withLoopbackNames(task: () => Promise<void>): Promise<void> {
  const { lookup } = dns;
  const resolve = lookup as (name: string, ...rest: unknown[]) => void;
  const isOurs = (name: string): boolean => /(^|\.)(test|localhost)$/i.test(name);
  dns.lookup = ((name: string, ...rest: unknown[]) =>
    resolve(isOurs(name) ? '127.0.0.1' : name, ...rest)) as typeof lookup;
  try {
    await task();
  } finally {
    dns.lookup = lookup;
  }
}

/** @throws unless a connection to that name comes to this machine: otherwise no request could go astray */
export async function ensureReachable(host: string, port: string): Promise<void> {
  const socket = connect({ host, port: Number(port) });
  await once(socket, 'connect');
  socket.destroy();
}
