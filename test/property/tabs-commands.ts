import fc from 'fast-check';

export type TabsCommand =
  | {
      readonly act: 'sign in' | 'refresh' | 'sign out' | 'read';
      readonly tab: number;
      readonly steps: number;
    }
  | { readonly act: 'freeze' | 'thaw' | 'die'; readonly tab: number; readonly steps: number }
  | { readonly act: 'open' | 'time passes'; readonly tab?: undefined; readonly steps: number };

const STEPS = { steps: fc.nat({ max: 6 }) };
const TAB = { tab: fc.nat({ max: 3 }), ...STEPS };

/** What the tabs of one session do, each command after some more steps of those before it. */
export const tabsCommands = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ act: fc.constantFrom('sign in', 'refresh', 'sign out', 'read'), ...TAB }),
    },
    { weight: 4, arbitrary: fc.record({ act: fc.constantFrom('freeze', 'thaw', 'die'), ...TAB }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('open', 'time passes'), ...STEPS }) },
  ),
  { maxLength: 14 },
) as fc.Arbitrary<TabsCommand[]>;
