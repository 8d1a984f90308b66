/** @file Makes workers under Trusted Types: only addresses of this origin become script addresses. */

interface ScriptPolicy {
  createScriptURL(input: string): unknown;
}
interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createScriptURL(input: string): string }): ScriptPolicy;
}

function sameOrigin(address: string): string {
  const url = new URL(address, globalThis.location.href);
  if (url.origin !== globalThis.location.origin) throw new TypeError(`${url.origin} is not this origin`);
  return url.href;
}

let policy: ScriptPolicy | undefined;

function scriptUrl(address: string): string {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (factory !== undefined) policy ??= factory.createPolicy('app-url', { createScriptURL: sameOrigin });
  return (policy === undefined ? sameOrigin(address) : policy.createScriptURL(address)) as string;
}

/** A module worker from an address that Vite made (`?worker&url`). */
export function startWorker(address: string, name: string): Worker {
  return new Worker(scriptUrl(address), { type: 'module', name });
}

/** Keeps the app's files in the browser, once the page is loaded. A browser that does not allow it needs the server each time. */
export async function keepApp(): Promise<void> {
  try {
    await navigator.serviceWorker.register(scriptUrl('service-worker.js'));
  } catch {
    // no such workers here, or no storage for this page
  }
}
