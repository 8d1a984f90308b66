/** @file Files of PyTorch: tensors (`.pt`) and checkpoints (`.pth.tar`), both directions. */
export type { Dtype, StorageArray } from './torch-dtypes';
export { type ReadTorchOptions, readTensorFile, readTorch } from './torch-read';
export { OrderedDict, PyTuple, type TorchKey, TorchTensor, type TorchValue, tensor } from './torch-tensor';
export { archiveNameOf, type WriteTorchOptions, writeTorch } from './torch-write';
