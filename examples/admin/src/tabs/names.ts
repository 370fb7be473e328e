/** What tabs are called, by the words of the dictionaries, and the colour of each. */
export const TAB_NAMES = ['coral', 'indigo', 'moss', 'amber', 'violet', 'teal', 'rose', 'slate'] as const;
export type TabName = (typeof TAB_NAMES)[number];

const COLOURS: Readonly<Record<TabName, string>> = {
  coral: '#e4572e',
  indigo: '#4f63d2',
  moss: '#5a8f29',
  amber: '#b87a00',
  violet: '#9b4fc0',
  teal: '#0f8b8d',
  rose: '#d1477d',
  slate: '#6b7a89',
};

/** The name for a tab's number. From the ninth tab on they come again. */
export function nameOf(tab: number): TabName {
  return TAB_NAMES[tab % TAB_NAMES.length] ?? 'slate';
}

export function colourOf(tab: number): string {
  return COLOURS[nameOf(tab)];
}
