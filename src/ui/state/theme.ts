/** @file Light or dark: as the system says, or as the person chose. */

export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'clinicadl-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

export function themeChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(key);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system'; // storage may be switched off
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, choice);
  } catch {
    // the choice then lasts as long as the page
  }
  applyTheme(choice);
}

function applyTheme(choice: ThemeChoice): void {
  const isDark = choice === 'dark' || (choice === 'system' && dark.matches);
  document.documentElement.classList.toggle('wa-dark', isDark);
  document.documentElement.classList.toggle('wa-light', !isDark);
}

/** Sets the colours now and whenever the system changes. */
export function startTheme(): void {
  applyTheme(themeChoice());
  dark.addEventListener('change', () => applyTheme(themeChoice()));
}
