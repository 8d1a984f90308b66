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

/** A module worker from an address that Vite made (`?worker&url`). */
export function startWorker(address: string, name: string): Worker {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (factory !== undefined) policy ??= factory.createPolicy('app-url', { createScriptURL: sameOrigin });
  const url = policy === undefined ? sameOrigin(address) : policy.createScriptURL(address);
  return new Worker(url as string, { type: 'module', name });
}
