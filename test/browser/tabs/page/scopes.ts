import type { Hooks } from './hooks.js';

/** What else of an origin runs the library. */
export type ScopeName = 'frame' | 'worker' | 'service-worker';

export type Scope = { call(name: keyof Hooks, args: readonly unknown[]): unknown };

/** What is posted to a worker, with a port for the answer. */
export type Call = { readonly name: keyof Hooks; readonly args: readonly unknown[] };
export type Answer = { readonly value?: unknown; readonly error?: string };

export function openScope(name: ScopeName): Promise<Scope> {
  switch (name) {
    case 'frame':
      return openFrame();
    case 'worker':
      return Promise.resolve(posting(new Worker(`/worker.js${location.search}`)));
    case 'service-worker':
      return openServiceWorker();
  }
}

async function openFrame(): Promise<Scope> {
  const frame = document.createElement('iframe');
  frame.src = location.href;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  await loaded;
  return { call: (name, args) => frame.contentWindow?.holdfastTab.call('page', name, args) };
}

async function openServiceWorker(): Promise<Scope> {
  await navigator.serviceWorker.register(`/worker.js${location.search}`);
  const { active } = await navigator.serviceWorker.ready;
  if (!active) throw new Error('expected an active service worker');
  return posting(active);
}

function posting(worker: Worker | ServiceWorker): Scope {
  return {
    call: (name, args) =>
      new Promise((resolve, reject) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
          port1.close();
          if (data.error === undefined) resolve(data.value);
          else reject(new Error(data.error));
        });
        port1.start();
        worker.postMessage({ name, args } satisfies Call, [port2]);
      }),
  };
}
