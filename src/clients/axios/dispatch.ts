import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';

type Config = InternalAxiosRequestConfig;

/** What an instance sends with: a function, or names of those that axios has. */
export type Transport = NonNullable<AxiosInstance['defaults']['adapter']>;

/** Sends as axios itself would: a transport that is named (`xhr`, `http`, `fetch`) only axios can look up. */
export function createDispatch(
  instance: AxiosInstance,
): (config: Config, transport: Transport) => Promise<AxiosResponse> {
  let bare: AxiosInstance | undefined;
  return (config, transport) => {
    if (typeof transport === 'function') return transport(config);
    bare ??= withoutDefaults(instance.create());
    // The body was serialised above already, and the reply is parsed there.
    return bare.request({ ...config, adapter: transport, transformRequest: [], transformResponse: [] });
  };
}

function withoutDefaults(instance: AxiosInstance): AxiosInstance {
  for (const name of Object.keys(instance.defaults)) Reflect.deleteProperty(instance.defaults, name);
  return instance;
}
