/**
 * @file SIMD kernels in AssemblyScript: 3³ (or 3²) convolution of stride 1 or 2 with its gradients, BatchNorm + ReLU + front-padded
 * max pool, linear layers, Adam. Compiled to WebAssembly by the build (vite.config.ts); no allocation, memory belongs to the caller.
 *
 * Layouts, all float32: activations channels last; a padded tensor has one zero voxel on each side of H and W (and of D for 3D),
 * and at least four voxels of slack after its end. Convolution weights: [co/8, kd, kh, kw, ci, 8]. Pointers are byte addresses.
 * Functions take a range of rows or blocks, so that threads can share the work; every sum has one fixed order.
 */
export * from './convolution.as';
export * from './linear.as';
export * from './norm-pool.as';
