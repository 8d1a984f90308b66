/** @file Mounts the app. */
import computeUrl from '../workers/compute.worker.ts?worker&url';
import { ComputeClient } from './bridge/client';
import { App } from './ui/app';
import { registerIcons } from './ui/icons';
import { Session } from './ui/state/session';
import { startTheme } from './ui/state/theme';
import './ui/styles/page.css';

startTheme();
registerIcons();
const app = new App();
app.session = new Session(new ComputeClient(computeUrl));
document.body.append(app);
