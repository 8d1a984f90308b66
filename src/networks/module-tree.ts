/** @file PyTorch's module tree of a network: names and versions for the weight files, and the text of its `print`. */
import type { Block, ConvBlock, NetworkSpec } from './network-spec';

interface Module {
  /** e.g. `convolutions.3.pool`. */
  readonly name: string;
  readonly version: 1 | 2;
  readonly text: string;
  readonly children: readonly Module[];
}

const triple = (value: number, rank: number): string => `(${Array(rank).fill(value).join(', ')})`;

const leaf = (name: string, text: string, version: 1 | 2 = 1): Module => ({ name, version, text, children: [] });

function convModules(block: ConvBlock, rank: number, at: number): Module[] {
  const size = `kernel_size=${triple(3, rank)}, stride=${triple(block.stride, rank)}, padding=${triple(1, rank)}`;
  const norm = `BatchNorm${rank}d(${block.outChannels}, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)`;
  const modules = [
    leaf(`convolutions.${at}`, `Conv${rank}d(${block.inChannels}, ${block.outChannels}, ${size})`),
    leaf(`convolutions.${at + 1}`, norm, 2),
    leaf(`convolutions.${at + 2}`, 'ReLU()'),
  ];
  if (!block.pool) return modules;
  const name = `convolutions.${at + 3}`;
  const children = [
    leaf(`${name}.pool`, `MaxPool${rank}d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)`),
    leaf(`${name}.pad`, `ConstantPad${rank}d(padding=${triple(0, 2 * rank)}, value=0)`),
  ];
  return [...modules, { name, version: 1, text: `PadMaxPool${rank}d`, children }];
}

function fcModules(blocks: readonly Block[]): Module[] {
  const modules: Module[] = [];
  const add = (text: string): void => {
    modules.push(leaf(`fc.${modules.length}`, text));
  };
  for (const block of blocks) {
    if (block.kind === 'flatten') add('Flatten(start_dim=1, end_dim=-1)');
    if (block.kind === 'dropout') add(`Dropout(p=${block.probability}, inplace=False)`);
    if (block.kind === 'linear') {
      add(`Linear(in_features=${block.inFeatures}, out_features=${block.outFeatures}, bias=True)`);
      if (block.relu) add('ReLU()');
    }
  }
  return modules;
}

function parts(spec: NetworkSpec): readonly Module[] {
  const rank = spec.inputSize.length - 1;
  const convolutions: Module[] = [];
  for (const block of spec.blocks) {
    if (block.kind === 'conv-block') convolutions.push(...convModules(block, rank, convolutions.length));
  }
  return [
    { name: 'convolutions', version: 1, text: 'Sequential', children: convolutions },
    { name: 'fc', version: 1, text: 'Sequential', children: fcModules(spec.blocks) },
  ];
}

/** Every module and its version, in the order of PyTorch's `_metadata`; the network itself has the name ''. */
export function moduleVersions(spec: NetworkSpec): ReadonlyMap<string, number> {
  const versions = new Map<string, number>([['', 1]]);
  const visit = (module: Module): void => {
    versions.set(module.name, module.version);
    module.children.forEach(visit);
  };
  parts(spec).forEach(visit);
  return versions;
}

function printModule(module: Module, label: string, indent: string): string {
  if (module.children.length === 0) return `${indent}(${label}): ${module.text}\n`;
  const inner = module.children.map((child) => printModule(child, child.name.split('.').at(-1)!, `${indent}  `)).join('');
  return `${indent}(${label}): ${module.text}(\n${inner}${indent})\n`;
}

/** The layer tree as PyTorch prints `Sequential(convolutions, fc)`. */
export function printLayers(spec: NetworkSpec): string {
  const inner = parts(spec).map((module, i) => printModule(module, String(i), '  '));
  return `Sequential(\n${inner.join('')})`;
}
