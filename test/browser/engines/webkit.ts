import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { findWebkit } from '../../../scripts/find-browser.mjs';
import type { Engine, Tab } from './engine.js';
import { goOn, halt, processOf } from './processes.js';
import { openProxy } from './proxy.js';
import { waitFor } from './wait-for.js';
import { webDriver, type WebDriver } from './web-driver.js';

export const webkitLacks: Engine['lacks'] = {
  offline: 'WebKitWebDriver has no command for it',
  crash: 'WebKitWebDriver ends its session when a page crashes',
  'private-window': 'under automation every window of MiniBrowser is private',
};

export async function launchWebkit(): Promise<Engine> {
  const path = await findWebkit();
  if (path === undefined) {
    throw new Error(
      'No WebKit found: set WEBKIT_DRIVER_PATH, or run node scripts/install-browser.mjs webkit.',
    );
  }
  const [port, proxy] = await Promise.all([freePort(), openProxy()]);
  // A process group of its own: xvfb-run, the X server, the driver and the browser end together.
  const child = spawn('xvfb-run', ['-a', path, `--port=${port}`], { stdio: 'ignore', detached: true });
  const group = child.pid ?? -1;
  const driver = webDriver(`http://127.0.0.1:${port}`);
  await waitFor('WebKitWebDriver to listen', () =>
    driver.send('GET', '/status').then(
      () => true,
      () => false,
    ),
  );
  const { sessionId, capabilities } = await driver.send<Begun>('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        // `holdfast.test` is here, and is no secure context as the loopback address is.
        proxy: { proxyType: 'manual', httpProxy: proxy.address, noProxy: ['127.0.0.1'] },
      },
    },
  });
  const windows = oneAtATime(driver, `/session/${sessionId}`);

  async function open(url: string): Promise<Tab> {
    const tab = tabOf(windows, await windows.open(), group, open);
    await tab.goTo(url);
    return tab;
  }

  return {
    name: 'webkit',
    version: `WebKitGTK ${capabilities.browserVersion}`,
    lacks: webkitLacks,
    open,
    openPrivate: () => lacking(),
    async close() {
      await driver.send('DELETE', `/session/${sessionId}`).catch(() => {});
      const ended = once(child, 'exit');
      process.kill(-group, 'SIGTERM');
      await ended;
      proxy.close();
    },
  };
}

type Begun = { readonly sessionId: string; readonly capabilities: { readonly browserVersion: string } };

interface Windows {
  open(): Promise<string>;
  /** A command to one window. The driver talks to one window at a time, so nothing comes between choosing it and this. */
  send<Value>(handle: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Value>;
}

function oneAtATime(driver: WebDriver, session: string): Windows {
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(task: () => Promise<Value>): Promise<Value> => {
    const turn = queue.then(task);
    queue = turn.catch(() => {});
    return turn;
  };
  let chosen: string | undefined;

  return {
    open: () =>
      inTurn(async () => {
        // The window that is chosen may be gone, and the driver asks it for a new one.
        const [any] = await driver.send<string[]>('GET', `${session}/window/handles`);
        await driver.send('POST', `${session}/window`, { handle: any });
        chosen = any;
        return (await driver.send<{ handle: string }>('POST', `${session}/window/new`, { type: 'tab' }))
          .handle;
      }),
    send: (handle, method, path, body) =>
      inTurn(async () => {
        if (chosen !== handle) await driver.send('POST', `${session}/window`, { handle });
        chosen = handle;
        return driver.send(method, session + path, body);
      }),
  };
}

/** An expression is begun and asked after, so that one tab which waits does not keep the driver from the others. */
const BEGIN = `
  const calls = (window.holdfastCalls ??= { count: 0, settled: {} });
  const id = ++calls.count;
  const settle = (outcome) => { calls.settled[id] = outcome; };
  const fail = (error) => settle({ error: String(error) });
  try { Promise.resolve((0, eval)(arguments[0])).then((value) => settle({ value }), fail); } catch (error) { fail(error); }
  return id;`;
const ASK = `
  const { settled } = window.holdfastCalls;
  const outcome = settled[arguments[0]];
  delete settled[arguments[0]];
  return outcome;`;

type Outcome<Value> = { readonly value?: Value; readonly error?: string };

function tabOf(windows: Windows, handle: string, group: number, open: Engine['open']): Tab {
  let pid: number | undefined;
  const execute = <Value>(script: string, ...args: unknown[]): Promise<Value> =>
    windows.send(handle, 'POST', '/execute/sync', { script, args });
  const own = async (): Promise<number> => (pid ??= await processOf(group, /WebKitWebProcess/, evaluate));

  async function evaluate<Value>(expression: string): Promise<Value> {
    const id = await execute<number>(BEGIN, expression);
    const { value, error } = await waitFor(`an answer to ${expression}`, () =>
      execute<Outcome<Value> | null>(ASK, id),
    );
    if (error !== undefined) throw new Error(error);
    return value as Value;
  }

  return {
    evaluate,
    goTo: (url) => windows.send(handle, 'POST', '/url', { url }),
    reload: () => windows.send(handle, 'POST', '/refresh', {}),
    goBack: () => windows.send(handle, 'POST', '/back', {}),
    async duplicate() {
      // What a page opens is out of the driver's reach here, so the copy is made by hand.
      const [url, kept] = await evaluate<[string, object]>('[location.href, { ...sessionStorage }]');
      const copy = await open(url);
      await copy.evaluate(`void Object.assign(sessionStorage, ${JSON.stringify(kept)})`);
      await copy.reload();
      return copy;
    },
    close: () => windows.send(handle, 'DELETE', '/window'),
    crash: () => lacking(),
    freeze: async () => halt(await own()),
    thaw: async () => goOn(await own()),
    setOffline: () => lacking(),
  };
}

function lacking(): Promise<never> {
  return Promise.reject(new Error('see what this engine lacks'));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
