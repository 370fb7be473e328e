import type { Config, Instance, Response, Transport } from './shapes.js';

/** Hands `sent` to a transport; `whenRead` is called as soon as it needs nothing of it any more that is secret. */
export type Dispatch = (sent: Config, transport: Transport, whenRead?: () => void) => Promise<Response>;

type Bound = { readonly sent: () => Config };

/** Sends as axios itself would: a transport that is named (`xhr`, `http`, `fetch`) only axios can look up. */
export function createDispatch(create: () => Instance): Dispatch {
  let bare: Instance | undefined;
  return (sent, transport, whenRead) => {
    if (typeof transport === 'function') return transport(sent);
    bare ??= withoutDefaults(create());
    // The guarded instance, above, has serialised the body, and parses the reply.
    Object.assign(sent, { adapter: transport, transformRequest: [], transformResponse: [] });
    // axios copies what has a prototype, and takes what has none as it is.
    Object.setPrototypeOf(sent, null);
    const reply = bare.request({ sent: () => sent });
    // All of axios's own adapters have read the headers by now, and one that failed may show its config to anybody.
    whenRead?.();
    return reply;
  };
}

/**
 * It sends the very object that it is handed, by `request({ sent: () => object })`: of an object that it got as its config
 * axios would make a copy, with its secrets, that nobody gets at.
 */
function withoutDefaults(instance: Instance): Instance {
  for (const name of Object.keys(instance.defaults)) Reflect.deleteProperty(instance.defaults, name);
  instance.interceptors.request.use(({ sent }: Bound) => sent(), undefined, { synchronous: true });
  return instance;
}
