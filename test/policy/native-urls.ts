/** `URL` as React Native has it up to 0.79: it parses nothing, and most of its properties throw. */
export class OldNativeUrl {
  readonly #url: string;

  constructor(url: string, base?: string) {
    const isAbsolute = /^(?:https?:|ftp:)?\/\/[^\s/]+\.[a-z]{2,}/i.test(url);
    if (base === undefined || isAbsolute) this.#url = url.endsWith('/') ? url : `${url}/`;
    else this.#url = `${base.replace(/\/$/, '')}${url.startsWith('/') ? '' : '/'}${url}`;
  }

  get href(): string {
    return this.#url;
  }
  get origin(): string {
    throw new Error('URL.origin is not implemented');
  }
  get protocol(): string {
    throw new Error('URL.protocol is not implemented');
  }
  get username(): string {
    throw new Error('URL.username is not implemented');
  }
  get password(): string {
    throw new Error('URL.password is not implemented');
  }
}

/** `URL` as React Native has it since 0.80: it answers, by regular expressions that other parsers do not agree with. */
export class RegExpUrl extends OldNativeUrl {
  override get origin(): string {
    return /^(https?:\/\/[^/]+)/.exec(this.href)?.[1] ?? '';
  }
  override get protocol(): string {
    return /^([a-zA-Z][a-zA-Z\d+\-.]*):/.exec(this.href)?.[0] ?? '';
  }
  override get username(): string {
    return /^https?:\/\/([^:@]+)(?::[^@]*)?@/.exec(this.href)?.[1] ?? '';
  }
  override get password(): string {
    return /^https?:\/\/[^:@]+:([^@]*)@/.exec(this.href)?.[1] ?? '';
  }
}
