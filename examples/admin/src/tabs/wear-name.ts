import { watchEffect } from 'vue';
import { i18n } from '../i18n/index.js';
import { colourOf, nameOf } from './names.js';
import { own } from './tabs.js';

/** Shows in the browser's own row of tabs which one this is: its name in the title, its colour in the icon. */
export function wearName(): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const { title } = document;
  watchEffect(() => {
    if (own.value === undefined) return;
    document.title = `${i18n.global.t(`tabs.names.${nameOf(own.value)}`)} · ${title}`;
    if (icon) icon.href = `data:image/svg+xml,${encodeURIComponent(dot(colourOf(own.value)))}`;
  });
}

function dot(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="13" fill="${colour}"/></svg>`;
}
