/** @file Files of PyTorch: tensors (`.pt`) and checkpoints (`.pth.tar`), both directions. */
export type { StorageArray } from './torch-dtypes';
export { readTensorFile, readTorch } from './torch-read';
export { OrderedDict, PyTuple, type TorchKey, TorchTensor, type TorchValue, tensor } from './torch-tensor';
export { archiveNameOf, writeTorch } from './torch-write';
