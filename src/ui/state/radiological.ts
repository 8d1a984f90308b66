/** @file Whether the right side of a patient is drawn on the left, as radiologists see it: as the person chose, on this device. */

const key = 'clinicadl-radiological';

export function radiologicalChoice(): boolean {
  try {
    return localStorage.getItem(key) === 'yes';
  } catch {
    return false; // storage may be switched off
  }
}

export function keepRadiologicalChoice(wanted: boolean): void {
  try {
    if (wanted) localStorage.setItem(key, 'yes');
    else localStorage.removeItem(key);
  } catch {
    // the choice then lasts as long as the page
  }
}
