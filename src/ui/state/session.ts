/**
 * @file What the page has open: the compute worker, one folder, one running command and those that ran before. Scripts and pages start
 * work through the same door, so both show alike.
 */
import { appError, isAbort } from '../../base/errors';
import type { Progress } from '../../base/job';
import type { ComputeClient } from '../../bridge/client';
import type { Folder } from '../../folders/folder';
import { pickedFolder } from '../../folders/picked-folder';
import { type FolderSource, openSource, sourceOf } from '../../folders/source';
import type { StudyFolders } from '../../jobs/find-studies';
import type { QueryName, QueryRequest, QueryResult } from '../../jobs/queries';
import { type CommandOutcome, outcomeError } from '../../options/outcome';
import { Job } from './job';

export type WorkspaceKind = 'picked' | 'private' | 'uploaded';

export interface WorkspaceState {
  readonly name: string;
  readonly kind: WorkspaceKind;
  readonly source: FolderSource;
  readonly folder: Folder;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

const noStudies: StudyFolders = { caps: [], maps: [], splits: [], tables: [] };

/** Events: `workspace` (another folder), `jobs` (a job began, reported or ended), `studies` (what the folder holds). */
export class Session extends EventTarget {
  readonly client: ComputeClient;
  #workspace: WorkspaceState | undefined;
  #jobs: readonly Job[] = [];
  #studies: StudyFolders = noStudies;
  #simulated = false;

  constructor(client: ComputeClient) {
    super();
    this.client = client;
  }

  get workspace(): WorkspaceState | undefined {
    return this.#workspace;
  }
  /** Newest last. */
  get jobs(): readonly Job[] {
    return this.#jobs;
  }
  /** The running one. */
  get job(): Job | undefined {
    const last = this.#jobs.at(-1);
    return last?.running ? last : undefined;
  }
  get studies(): StudyFolders {
    return this.#studies;
  }
  /** A CAPS of the open folder says of itself that its images are simulated. */
  get simulated(): boolean {
    return this.#simulated;
  }

  /** A folder of the browser's private file system, made when it is not there. */
  async openPrivate(name: string, kind: WorkspaceKind = 'private'): Promise<void> {
    const root = await navigator.storage.getDirectory();
    this.#open(await root.getDirectoryHandle(name, { create: true }), kind);
  }

  /** A picked or dropped folder. */
  async openHandle(handle: FileSystemDirectoryHandle): Promise<void> {
    this.#open(handle, 'picked');
  }

  /** The folder of an interrupted training. */
  async openSource(source: FolderSource): Promise<void> {
    const folder = openSource(source);
    const root = await navigator.storage.getDirectory();
    const isPrivate = (await root.resolve(source.handle)) !== null;
    this.#show({ name: folder.name, kind: isPrivate ? 'private' : 'picked', source, folder });
  }

  /** Back to a folder that was open before; undefined closes. */
  reopen(workspace: WorkspaceState | undefined): void {
    this.#show(workspace);
  }

  /**
   * Runs one command in the open folder. Never rejects: a second command while one runs, or no open folder, is a failed outcome
   * (`job-running`, `workspace-missing`).
   */
  async run(line: string, options: RunOptions = {}): Promise<CommandOutcome> {
    const workspace = this.#workspace;
    if (this.job !== undefined) return failed(appError('job-running', { line: this.job.line }));
    if (workspace === undefined) return failed(appError('workspace-missing', { line }));
    const job = new Job(line, () => this.#tell('jobs'));
    this.#jobs = [...this.#jobs, job];
    this.#tell('jobs');
    const stop = (): void => job.stop();
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    const request = { line, workspace: workspace.source };
    const events = {
      report: (progress: Progress) => {
        job.report(progress);
        options.onProgress?.(progress);
      },
      issue: job.issue.bind(job),
      log: job.print.bind(job),
    };
    let outcome: CommandOutcome;
    try {
      outcome = await alone(workspace, () => this.client.run(request, job.stopper.signal, events));
    } catch (error) {
      outcome = failed(error);
    } finally {
      options.signal?.removeEventListener('abort', stop);
    }
    job.finish(outcome);
    await this.refresh();
    return outcome;
  }

  /** Asks the compute worker about the open folder. Rejects with AppError; an abort when there is none. */
  async query<N extends QueryName>(name: N, request: QueryRequest<N>, signal?: AbortSignal): Promise<QueryResult<N>> {
    if (this.#workspace === undefined) throw new DOMException('No folder is open', 'AbortError');
    return this.client.query(name, request, this.#workspace.source, signal);
  }

  /** Looks again at what the open folder holds. */
  async refresh(): Promise<void> {
    const workspace = this.#workspace;
    if (workspace === undefined) return;
    let found = noStudies;
    try {
      found = await this.query('find-studies', {});
    } catch {
      // an unreadable folder has nothing to offer; the command that needs it tells why
    }
    const simulated = await Promise.all(found.caps.map((caps) => isSimulated(workspace.folder, caps)));
    if (workspace !== this.#workspace) return;
    this.#studies = { ...found, splits: found.splits.filter((path) => !isFold(path, found.splits)) };
    this.#simulated = simulated.includes(true);
    this.#tell('studies');
  }

  #open(handle: FileSystemDirectoryHandle, kind: WorkspaceKind): void {
    const folder = pickedFolder(handle);
    const source = sourceOf(folder);
    if (source !== undefined) this.#show({ name: handle.name, kind, source, folder });
  }

  #show(workspace: WorkspaceState | undefined): void {
    this.#workspace = workspace;
    this.#studies = noStudies;
    this.#simulated = false;
    this.#tell('workspace');
    void this.refresh();
  }

  #tell(name: 'workspace' | 'jobs' | 'studies'): void {
    this.dispatchEvent(new Event(name));
  }
}

/** The folder of one fold: commands take the folder of all. */
function isFold(path: string, splits: readonly string[]): boolean {
  const parent = /^(.*)\/split-\d+$/.exec(path)?.[1];
  return parent !== undefined && splits.includes(parent);
}

async function isSimulated(workspace: Folder, caps: string): Promise<boolean> {
  try {
    const text = new TextDecoder().decode(await workspace.read(`${caps === '.' ? '' : `${caps}/`}dataset_description.json`));
    return (JSON.parse(text) as { readonly Simulated?: unknown }).Simulated === true;
  } catch {
    return false; // an ordinary CAPS need not have the file
  }
}

/** Runs work as the only writer of a folder among the tabs of this browser. Throws `folder-busy`. */
async function alone<T>({ kind, name }: WorkspaceState, work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(`clinicadl-folder:${kind}:${name}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) throw appError('folder-busy', { folder: name });
    return work();
  });
}

/** The outcome of what went wrong outside the worker; an error that is not ours keeps its trace for the report. */
function failed(error: unknown): CommandOutcome {
  const none = { issues: [], written: [], result: null, output: [] };
  if (isAbort(error)) return { status: 'stopped', ...none };
  return { status: 'failed', error: errorText(error), ...none };
}

/** What the page shows of any thrown value. */
export function errorText(error: unknown): NonNullable<CommandOutcome['error']> {
  if (error instanceof Error && 'code' in error && 'hint' in error)
    return outcomeError(error as Parameters<typeof outcomeError>[0]);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'bug', message: text, where: '', hint: 'Copy the report and send it to the authors of this app.' };
}
