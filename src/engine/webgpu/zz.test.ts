import { it } from 'vitest';
import { constructNetwork } from '../../networks/registry';
import { plainLoss } from '../executor';
import { designOf, bytesOf } from './buffers';
const limits = { largestBinding: 128 * 2 ** 20, largestBuffer: 256 * 2 ** 20, slabBytes: 64 * 2 ** 20, threads: 32768 };
it('mem', () => {
  for (const [name, loss] of [['AE_Conv5_FC3', 'MSELoss'], ['ResNet3D', 'CrossEntropyLoss'], ['SqueezeExcitationCNN', 'CrossEntropyLoss'],['GeneratorUNet','MSELoss'],['Conv5_FC3','CrossEntropyLoss']] as const) {
  for (const predictOnly of [true, false]) {
    try {
    const inputSize = name === 'GeneratorUNet' ? [1, 160, 192, 160] : [1, 169, 208, 179];
  const net = constructNetwork(name, { inputSize, outputSize: 2, dropout: 0.5 });
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
    const r = { network: net, loss: plainLoss(loss), optimizer, batchSize: 1, predictOnly };
    const d = designOf(r, limits); const e = bytesOf(d);
    const peak = [...d.placements].map(([s]) => { let p = 0; for (let i = -1; i <= s.commands.length; i++) { let sum = 0; for (const [t, [a, b]] of s.lives) if (a <= i && i <= b) sum += s.partsOf(t).reduce((x, y) => x + y, 0); p = Math.max(p, sum); } return (p / 1e6).toFixed(0); });
    console.log(name, predictOnly, (e.bytes / 1e6).toFixed(1), Object.entries(e.parts).map(([k, v]) => `${k} ${(v / 1e6).toFixed(1)}`).join(', '), 'arenas', [...d.placements.values()].map((p) => p.arenas.map((a) => (a / 1e6).toFixed(0)).join(' ')).join(' | '), 'live peak', peak.join(' '), 'commands', d.evaluation.commands.length, d.training?.commands.length);
    } catch (e) { console.log(name, predictOnly, String(e)); }
  }}
});
