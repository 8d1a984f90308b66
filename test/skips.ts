/** @file Why a test may be skipped: the only reasons there are. They are counted and printed at the end of a run. */
export const skips = {
  noHalf: 'the WebGPU adapter has no shader-f16 (VK_ICD_FILENAMES names another driver: Mesa 25 has it)',
  noSubgroups: 'the WebGPU adapter has no subgroups',
  half: 'the WebGPU adapter has shader-f16, and the test is about one that has not',
  noPytorch: 'there is no Python with PyTorch (Debian: apt-get install python3-torch)',
  otherPytorch: 'the PyTorch here is not 1.13, whose files ours equal byte for byte',
  noCheckout: 'there is no git, or this is no checkout',
} as const;
