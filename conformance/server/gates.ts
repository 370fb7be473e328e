/** Where requests wait until the case lets them go on. */
export type GateMoment = 'before-judging' | 'before-answering';

export interface Gates {
  /** From now on requests whose URL starts with `prefix` wait here, and `id` names the gate. */
  add(prefix: string, moment: GateMoment): number;
  /** Resolves once so many wait there, or have waited. */
  reached(id: number, count: number): Promise<void>;
  /** Lets those go that wait, or only the first `count` of them; without a count the gate stays open. */
  open(id: number, count?: number): void;
  pass(url: string, moment: GateMoment): Promise<void>;
  openAll(): void;
}

type Gate = {
  readonly prefix: string;
  readonly moment: GateMoment;
  isOpen: boolean;
  arrived: number;
  readonly waiting: (() => void)[];
  readonly watchers: Set<() => void>;
};

export function createGates(): Gates {
  const gates: Gate[] = [];

  function gateOf(id: number): Gate {
    const gate = gates[id];
    if (!gate) throw new TypeError(`expected the number of a gate, got ${id}`);
    return gate;
  }

  function open(gate: Gate, count = Infinity): void {
    if (count === Infinity) gate.isOpen = true;
    for (const leave of gate.waiting.splice(0, count)) leave();
  }

  return {
    add(prefix, moment) {
      gates.push({ prefix, moment, isOpen: false, arrived: 0, waiting: [], watchers: new Set() });
      return gates.length - 1;
    },
    reached(id, count) {
      const gate = gateOf(id);
      return new Promise((resolve) => {
        const look = (): void => {
          if (gate.arrived < count) return;
          gate.watchers.delete(look);
          resolve();
        };
        gate.watchers.add(look);
        look();
      });
    },
    open: (id, count) => open(gateOf(id), count),
    async pass(url, moment) {
      const gate = gates.find((each) => each.moment === moment && url.startsWith(each.prefix));
      if (!gate) return;
      gate.arrived += 1;
      const left = gate.isOpen ? undefined : new Promise<void>((resolve) => gate.waiting.push(resolve));
      for (const look of [...gate.watchers]) look();
      await left;
    },
    openAll: () => {
      for (const gate of gates) open(gate);
    },
  };
}
