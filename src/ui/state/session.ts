/**
 * @file What the page has open: the compute worker, one folder, one running command and those that ran before. Scripts and pages start
 * work through the same door, so both show alike.
 */
import { appError, isStop } from '../../base/errors';
import type { Progress } from '../../base/job';
import type { ComputeClient } from '../../bridge/client';
import type { ZipClient } from '../../bridge/zip-client';
import { type ClaimKind, Claims } from '../../checkpoints/claims';
import { indexedDbClaims } from '../../checkpoints/tables';
import type { Folder } from '../../folders/folder';
import { memoryFolder } from '../../folders/memory-folder';
import { ensurePermission, pickedFolder } from '../../folders/picked-folder';
import { type FolderSource, type HandleSource, openSource } from '../../folders/source';
import type { StudyFolders } from '../../jobs/find-studies';
import type { QueryName, QueryRequest, QueryResult } from '../../jobs/queries';
import { type CommandOutcome, outcomeError } from '../../options/outcome';
import { Job } from './job';
import { tidy } from './tidy';

export type WorkspaceKind = 'picked' | 'private' | 'uploaded' | 'memory';

export interface WorkspaceState {
  readonly name: string;
  readonly kind: WorkspaceKind;
  readonly source: FolderSource;
  readonly folder: Folder;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** False: trouble with folder or disk ends the command after some seconds, because no person is there to help. */
  readonly attended?: boolean;
  /** Where the paths of a line of an older interface begin, in the open folder. */
  readonly folder?: string;
}

const noStudies: StudyFolders = {
  caps: [],
  prepared: [],
  simulated: [],
  maps: [],
  older: [],
  splits: [],
  folds: {},
  tables: [],
  issues: [],
};

/** Events: `workspace` (another folder), `jobs` (a job began, reported or ended), `studies` (what the folder holds). */
export class Session extends EventTarget {
  readonly client: ComputeClient;
  readonly zip: ZipClient;
  readonly claims = new Claims(indexedDbClaims(), navigator.locks);
  /** Folders that stand for private ones where the browser gives this page no storage, by name. */
  readonly #memory = new Map<string, Folder>();
  /** Edits under way; a command begins after them. */
  readonly #edits = new Set<Promise<unknown>>();
  /** Where each command runs or ran: the person may have opened another folder since. */
  readonly #places = new WeakMap<Job, WorkspaceState>();
  #workspace: WorkspaceState | undefined;
  #jobs: readonly Job[] = [];
  #studies: StudyFolders = noStudies;
  #changed: readonly string[] | null = null;

  constructor(client: ComputeClient, zip: ZipClient) {
    super();
    this.client = client;
    this.zip = zip;
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
    return this.#studies.simulated.length > 0;
  }

  /** A folder of the browser's private file system, made when it is not there; one in memory where there is no such file system. */
  async openPrivate(name: string, kind: WorkspaceKind = 'private'): Promise<void> {
    const root = await privateRoot();
    if (root === undefined) this.#openMemory(name);
    else this.#open(await root.getDirectoryHandle(name, { create: true }), kind);
  }

  #openMemory(name: string): void {
    const folder = this.#memory.get(name) ?? memoryFolder(name);
    this.#memory.set(name, folder);
    this.#show({ name, kind: 'memory', source: { kind: 'memory', folder }, folder });
  }

  /** A picked or dropped folder. */
  async openHandle(handle: FileSystemDirectoryHandle): Promise<void> {
    this.#open(handle, 'picked');
  }

  /** The folder of an interrupted training. */
  async openSource(source: HandleSource): Promise<void> {
    const folder = openSource(source);
    const isPrivate = ((await (await privateRoot())?.resolve(source.handle)) ?? null) !== null;
    this.#show({ name: folder.name, kind: isPrivate ? 'private' : 'picked', source, folder });
  }

  /** Back to a folder that was open before; undefined closes. */
  reopen(workspace: WorkspaceState | undefined): void {
    this.#show(workspace);
  }

  /**
   * Runs one command in the open folder. Never rejects: a second command while one runs, no open folder, or one in which another
   * tab works is a failed outcome (`job-running`, `workspace-missing`, `folder-busy`). What only prints text is never refused.
   */
  async run(line: string, options: RunOptions = {}): Promise<CommandOutcome> {
    const workspace = this.#workspace;
    const running = this.job;
    if (running !== undefined || workspace === undefined) {
      const text = await textOf(line);
      if (typeof text === 'string') return { ...nothingDone, status: 'done', output: text.split('\n') };
      return failed(
        running === undefined ? appError('workspace-missing', { line }) : appError('job-running', { line: running.line }),
      );
    }
    const job = new Job(line, () => this.#tell('jobs'));
    this.#places.set(job, workspace);
    this.#jobs = [...this.#jobs, job];
    this.#tell('jobs');
    const stop = (): void => job.stop();
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    const { attended = true, folder } = options;
    const request = { line, attended, ...(folder === undefined ? {} : { folder }) };
    const events = {
      report: (progress: Progress) => {
        job.report(progress);
        options.onProgress?.(progress);
      },
      issue: job.issue.bind(job),
      log: job.print.bind(job),
      trouble: job.meet.bind(job),
    };
    const work = () => this.client.run(request, workspace.source, job.stopper.signal, events);
    let outcome: CommandOutcome;
    try {
      await Promise.allSettled(this.#edits);
      outcome = (await textOf(line)) === undefined ? await this.#alone(workspace, 'command', work) : await work();
    } catch (error) {
      outcome = failed(error, job.stopper.signal);
    } finally {
      options.signal?.removeEventListener('abort', stop);
    }
    job.finish(outcome);
    const looked = this.refresh(outcome.written);
    if (outcome.status !== 'stopped') await looked; // who stops does not want to wait
    return outcome;
  }

  /** Changes files of the open folder, which no command works in, here or in another tab. Throws `workspace-missing`, `folder-busy`. */
  async edit<T>(work: (folder: Folder) => Promise<T>): Promise<T> {
    const workspace = this.#workspace;
    if (workspace === undefined) throw appError('workspace-missing', { line: 'clinicadl.workspace' });
    if (this.job !== undefined) throw appError('folder-busy', { folder: workspace.name }, { where: workspace.name });
    const edit = this.#alone(workspace, 'edit', () => work(workspace.folder));
    this.#edits.add(edit);
    try {
      return await edit;
    } finally {
      this.#edits.delete(edit);
    }
  }

  /** Runs work in a folder that nobody else works in. Throws `folder-busy`. A folder in memory belongs to this tab. */
  async #alone<T>({ source }: Pick<WorkspaceState, 'source'>, kind: ClaimKind, work: () => Promise<T>): Promise<T> {
    return source.kind === 'memory' ? work() : this.claims.alone(source, kind, work);
  }

  /**
   * The person says that a command which waits, or which had failed, can go on in its folder, which is opened again when another one
   * is open; asks for the permission when it was withdrawn. False when that is refused. Call it from a click.
   */
  async goOn(job: Job): Promise<boolean> {
    const { running, line } = job;
    const workspace = this.#places.get(job);
    if (workspace === undefined) return false;
    const { source, folder } = workspace;
    if (source.kind === 'handle' && (await ensurePermission(source.handle, 'readwrite', true)) !== 'granted') return false;
    if (running) await this.client.again();
    else {
      const { continuation } = await import('./continuation');
      if (workspace !== this.#workspace) this.reopen(workspace);
      void this.run(await continuation(line, folder));
    }
    return true;
  }

  /** Asks the compute worker about the open folder. Rejects with AppError; an abort when there is none. */
  async query<N extends QueryName>(name: N, request: QueryRequest<N>, signal?: AbortSignal): Promise<QueryResult<N>> {
    if (this.#workspace === undefined) throw new DOMException('No folder is open', 'AbortError');
    return this.client.query(name, request, this.#workspace.source, signal);
  }

  /** Files and folders that were changed since the last look, as far as this page knows; null: any. */
  get changed(): readonly string[] | null {
    return this.#changed;
  }

  /** Looks again at what the open folder holds, of which these paths were changed; null: it is not known which. */
  async refresh(changed: readonly string[] | null = null): Promise<void> {
    const workspace = this.#workspace;
    if (workspace === undefined) return;
    let found = noStudies;
    try {
      found = await this.query('find-studies', {});
    } catch {
      // an unreadable folder has nothing to offer; the command that needs it tells why
    }
    if (workspace !== this.#workspace) return;
    this.#studies = { ...found, splits: found.splits.filter((path) => !isFold(path, found.splits)) };
    this.#changed = changed;
    this.#tell('studies');
  }

  #open(handle: FileSystemDirectoryHandle, kind: WorkspaceKind): void {
    this.#show({ name: handle.name, kind, source: { kind: 'handle', handle, path: '' }, folder: pickedFolder(handle) });
  }

  #show(workspace: WorkspaceState | undefined): void {
    this.#workspace = workspace;
    this.#studies = noStudies;
    this.#tell('workspace');
    void this.refresh();
    if (workspace?.source.kind === 'handle') void tidy(this.claims, workspace.source, workspace.folder);
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

/** The private file system; undefined where the browser has none, or gives this page no storage. */
export async function privateRoot(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await navigator.storage.getDirectory();
  } catch {
    return undefined;
  }
}

/** The text of a line that only prints one (`--help`, `--version`); null for a line that cannot be read, undefined for a command. */
async function textOf(line: string): Promise<string | null | undefined> {
  const { parseCommandLine } = await import('../../options/derive/argv');
  try {
    const parsed = parseCommandLine(line);
    return parsed.kind === 'text' ? parsed.text : undefined;
  } catch {
    return null; // the worker tells why
  }
}

const nothingDone = { issues: [], written: [], result: null, output: [] } as const;

/** The outcome of what went wrong outside the worker; an error that is not ours keeps its trace for the report. */
export function failed(error: unknown, signal?: AbortSignal): CommandOutcome {
  if (signal !== undefined && isStop(error, signal)) return { status: 'stopped', ...nothingDone };
  return { status: 'failed', error: errorText(error), ...nothingDone };
}

/** What the page shows of any thrown value. */
export function errorText(error: unknown): NonNullable<CommandOutcome['error']> {
  if (error instanceof Error && 'code' in error && 'hint' in error)
    return outcomeError(error as Parameters<typeof outcomeError>[0]);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'bug', message: text, where: '', hint: 'Copy the report and send it to the authors of this app.' };
}
