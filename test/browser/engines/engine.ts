export type EngineName = 'chromium' | 'firefox' | 'webkit';

/** What some engine cannot be made to do from outside. */
export type Ability =
  /** A page on `http://holdfast.test`, which is not a secure context as loopback is. */
  | 'plain-http'
  /** Tabs of a private window. */
  | 'private-window'
  /** The browser says that there is no network. */
  | 'offline'
  /** A page can be made to crash while the others go on. */
  | 'crash'
  /** A page can be made to stand still, and to go on. */
  | 'freeze';

/** A browser with one empty profile. Everything is done from outside, as the person in front of it would do it. */
export interface Engine {
  readonly name: EngineName;
  /** The browser's own name and version. */
  readonly version: string;
  /** What cannot be done here, each with its reason. */
  readonly lacks: Partial<Record<Ability, string>>;
  /** A new tab, once its page has loaded. */
  open(url: string): Promise<Tab>;
  openPrivate(url: string): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  /** Evaluates an expression in the page, and waits for it if it is a promise. What it comes to is plain data. */
  evaluate<Value>(expression: string): Promise<Value>;
  goTo(url: string): Promise<void>;
  reload(): Promise<void>;
  /** As the back button does: from the back-forward cache, where the page is in it. */
  goBack(): Promise<void>;
  /** As "Duplicate tab" does, as far as a page can tell: the same address, and a copy of the `sessionStorage`. */
  duplicate(): Promise<Tab>;
  /** As the cross on the tab does: nobody is asked. */
  close(): Promise<void>;
  /** Kills the process of the page. The tab is gone afterwards. */
  crash(): Promise<void>;
  /** Everything in the page stands still until `thaw()`, and the locks it holds stay held. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  setOffline(offline: boolean): Promise<void>;
}
