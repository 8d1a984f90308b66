/** @file predict */
export {};
