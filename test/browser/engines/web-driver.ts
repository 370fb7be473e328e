/**
 * As much of W3C WebDriver as these tests need. A client of a dependency's would be two hundred packages, and would
 * speak of elements and selectors for the most part; there are none here.
 */
export interface WebDriver {
  /** @throws with the error's code and message when the command failed */
  send<Value>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Value>;
}

export function webDriver(origin: string): WebDriver {
  return {
    async send(method, path, body) {
      const response = await fetch(origin + path, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const { value } = (await response.json()) as { value: never };
      if (!response.ok) {
        const { error, message } = value as { error: string; message: string };
        throw new Error(`${method} ${path}: ${error}: ${message}`);
      }
      return value;
    },
  };
}
