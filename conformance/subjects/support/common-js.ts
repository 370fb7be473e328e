import type { AxiosInstance } from 'axios';
import type { AxiosInstance as CommonJsInstance } from 'axios' with { 'resolution-mode': 'require' };

/** The same instance, as packages know it whose types are for CommonJS. */
export function commonJs(instance: AxiosInstance): CommonJsInstance {
  return instance as unknown as CommonJsInstance;
}
