/** @file Mounts the app and opens its door for scripts. */
import computeUrl from '../workers/compute.worker.ts?worker&url';
import zipUrl from '../workers/zip.worker.ts?worker&url';
import { createApi } from './api';
import { ComputeClient } from './bridge/client';
import { keepApp } from './bridge/worker-url';
import { zipClient } from './bridge/zip-client';
import { App } from './ui/app';
import { registerIcons } from './ui/icons';
import { gentleChoice } from './ui/state/gentle';
import { Session } from './ui/state/session';
import { startTheme } from './ui/state/theme';
import './ui/styles/page.css';

startTheme();
registerIcons();
const app = new App();
const client = new ComputeClient(computeUrl);
client.setGentle(gentleChoice());
const session = new Session(client, zipClient(zipUrl));
app.session = session;
globalThis.clinicadl = createApi(session);
document.body.append(app);
if (import.meta.env.PROD) addEventListener('load', () => void keepApp());
