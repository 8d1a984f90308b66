/** @file Whether work shall be gentle: as the person chose, on this device, until chosen otherwise. */

const key = 'clinicadl-gentle';

export function gentleChoice(): boolean {
  try {
    return localStorage.getItem(key) === 'yes';
  } catch {
    return false; // storage may be switched off
  }
}

export function keepGentleChoice(wanted: boolean): void {
  try {
    if (wanted) localStorage.setItem(key, 'yes');
    else localStorage.removeItem(key);
  } catch {
    // the choice then lasts as long as the page
  }
}
